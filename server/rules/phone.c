#include "rules/phone.h"

#include <stdbool.h>
#include <string.h>

#define PHONE_DIGITS_MAX 15
#define FULL_WIDTH_LEN 3 /* U+FF10…U+FF19 and U+FF0B are three bytes of UTF-8 */

/* The ASCII character a full-width digit or plus sign stands for, or 0. */
static char narrow(const char *text, size_t left)
{
    if (left < FULL_WIDTH_LEN || (unsigned char)text[0] != 0xef || (unsigned char)text[1] != 0xbc)
        return 0;
    unsigned char last = (unsigned char)text[2];
    if (last >= 0x90 && last <= 0x99)
        return (char)('0' + (last - 0x90));
    return last == 0x8b ? '+' : 0;
}

/* Copies the digits; a plus may stand first only. False: something else is in it. */
static bool pick_digits(const char *text, size_t len, char digits[PHONE_DIGITS_MAX + 1], bool *plus)
{
    size_t count = 0;
    *plus = false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        char ascii = narrow(text + i, len - i);
        if (ascii != 0) {
            c = ascii;
            i += FULL_WIDTH_LEN - 1;
        }
        if (c >= '0' && c <= '9') {
            if (count == PHONE_DIGITS_MAX)
                return false;
            digits[count++] = c;
        } else if (c == '+' && count == 0 && !*plus) {
            *plus = true;
        } else if (c != ' ' && c != '-' && c != '.') {
            return false;
        }
    }
    digits[count] = '\0';
    return true;
}

enum status phone_normalise(const char *text, size_t len, char out[PHONE_E164_LEN + 1])
{
    char digits[PHONE_DIGITS_MAX + 1] = "";
    bool plus;
    if (!pick_digits(text, len, digits, &plus))
        return STATUS_INVALID_FIELD;
    const char *national = digits;
    size_t count = strlen(digits);
    if (!plus && count == 15 && strncmp(digits, "0086", 4) == 0)
        national += 4;
    else if (count == 13 && strncmp(digits, "86", 2) == 0)
        national += 2;
    else if (plus || count != 11)
        return STATUS_INVALID_FIELD;
    if (national[0] != '1' || national[1] < '3')
        return STATUS_INVALID_FIELD;
    memcpy(out, "+86", 3);
    memcpy(out + 3, national, 12);
    return STATUS_OK;
}

void phone_mask(const char *e164, char out[12])
{
    memcpy(out, e164 + 3, 3);
    memcpy(out + 3, "****", 4);
    memcpy(out + 7, e164 + 10, 5);
}
