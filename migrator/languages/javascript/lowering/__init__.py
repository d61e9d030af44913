"""From the text of a JavaScript or TypeScript file to its lowered form: one syntax tree, walked once and dropped."""
