/* The words only the desk has. */

import { deskTranslation } from "./translation.ts"

export default deskTranslation({})
