/* common.h - words that people choose as passwords, for password_check(). Lower case, letters and digits as typed after
 * decorations are undone; each at least four characters. Own knowledge of what every published list begins with; the large list
 * is blocklist.h. */
#ifndef COMMON_H
#define COMMON_H

#include <stddef.h>

extern const char *const common_words[];
extern const size_t common_words_count;
/* Rows of a keyboard and alphabets, along which fingers slide; read forwards and backwards. */
extern const char *const common_slides[];
extern const size_t common_slides_count;

#endif
