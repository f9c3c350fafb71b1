#include "geo.h"

#include <arpa/inet.h>
#include <string.h>

/* ---- the table, as tools/mkgeo.mjs writes it; the build says where the file lies (cmake/geo.cmake) ---- */

__asm__(".pushsection .rodata\n"
        ".hidden geo_table\n"
        ".globl geo_table\n"
        "geo_table:\n"
        ".incbin \"" GEO_FILE "\"\n"
        ".popsection\n");
extern const uint8_t geo_table[] __attribute__((visibility("hidden")));

enum { HEAD_SIZE = 16, V4_BYTES = 4, V6_BYTES = 6, TEXT_MAX = 60 };

static uint64_t number_at(const uint8_t *p, size_t bytes)
{
	uint64_t v = 0;
	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return v;
}

/* The last range that begins at `address` or before it; its country's letters, empty before the first. */
static struct str owner(const uint8_t *starts, size_t bytes, const uint8_t *owners, size_t count, uint64_t address)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (number_at(starts + middle * bytes, bytes) <= address)
			low = middle + 1;
		else
			high = middle;
	}
	const char *letters = (const char *)geo_table + HEAD_SIZE + (low ? 2u * owners[low - 1] : 0u);
	return (struct str){ letters, letters[0] == ' ' ? 0 : 2 };
}

struct str geo_country(struct str address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const size_t countries = number_at(geo_table + 4, 4), v4 = number_at(geo_table + 8, 4), v6 = number_at(geo_table + 12, 4);
	const uint8_t *v4_starts = geo_table + HEAD_SIZE + 2 * countries, *v6_starts = v4_starts + V4_BYTES * v4, *owners = v6_starts + V6_BYTES * v6;
	char text[TEXT_MAX + 1];
	uint8_t bytes[16];
	struct str rest, host = str_cut(address, '/', &rest);
	if (host.n > TEXT_MAX || (host.n && memchr(host.p, 0, host.n)))
		return STR("");
	memcpy(text, host.n ? host.p : "", host.n);
	text[host.n] = 0;
	if (inet_pton(AF_INET, text, bytes) == 1)
		return owner(v4_starts, V4_BYTES, owners, v4, number_at(bytes, V4_BYTES));
	if (inet_pton(AF_INET6, text, bytes) != 1)
		return STR("");
	if (memcmp(bytes, mapped, sizeof(mapped)) == 0)
		return owner(v4_starts, V4_BYTES, owners, v4, number_at(bytes + sizeof(mapped), V4_BYTES));
	return owner(v6_starts, V6_BYTES, owners + v4, v6, number_at(bytes, V6_BYTES));
}

/* ---- where countries lie ---- */

/* The middle of a country's main land, in degrees, and how far it reaches from there; measured on Natural Earth's map of the world (public
 * domain). Sorted by the letters. */
static const struct place {
	char letters[3];
	int latitude, longitude, reach_km;
} places[] = {
	/* clang-format off */
	{ "AD", 43, 2, 80 }, { "AE", 24, 54, 320 }, { "AF", 34, 66, 880 }, { "AG", 17, -62, 90 }, { "AI", 18, -63, 40 }, { "AL", 41, 20, 190 },
	{ "AM", 40, 45, 190 }, { "AO", -12, 18, 910 }, { "AQ", -75, -63, 740 }, { "AR", -34, -65, 2080 }, { "AS", -14, -171, 60 },
	{ "AT", 48, 14, 350 }, { "AU", -26, 134, 2090 }, { "AW", 13, -70, 70 }, { "AX", 60, 20, 50 }, { "AZ", 40, 48, 300 },
	{ "BA", 44, 18, 220 }, { "BB", 13, -60, 70 }, { "BD", 24, 90, 430 }, { "BE", 51, 5, 180 }, { "BF", 12, -2, 480 },
	{ "BG", 43, 25, 310 }, { "BH", 26, 51, 60 }, { "BI", -3, 30, 180 }, { "BJ", 10, 2, 430 }, { "BL", 18, -63, 30 }, { "BM", 32, -65, 60 },
	{ "BN", 5, 115, 120 }, { "BO", -17, -65, 840 }, { "BQ", 12, -68, 100 }, { "BR", -11, -53, 2530 }, { "BS", 24, -77, 520 },
	{ "BT", 27, 90, 210 }, { "BW", -22, 24, 640 }, { "BY", 54, 28, 410 }, { "BZ", 17, -89, 180 }, { "CA", 59, -100, 2840 },
	{ "CD", -3, 24, 1350 }, { "CF", 7, 20, 850 }, { "CG", -1, 15, 650 }, { "CH", 47, 8, 200 }, { "CI", 8, -6, 480 },
	{ "CK", -21, -160, 40 }, { "CL", -34, -71, 2220 }, { "CM", 6, 13, 800 }, { "CN", 37, 103, 2850 }, { "CO", 4, -73, 980 },
	{ "CR", 10, -84, 250 }, { "CU", 22, -79, 610 }, { "CV", 16, -24, 190 }, { "CW", 12, -69, 50 }, { "CY", 35, 33, 100 },
	{ "CZ", 50, 15, 290 }, { "DE", 51, 10, 450 }, { "DJ", 12, 43, 180 }, { "DK", 56, 10, 200 }, { "DM", 15, -61, 90 },
	{ "DO", 19, -71, 290 }, { "DZ", 28, 3, 1160 }, { "EC", -1, -78, 480 }, { "EE", 59, 26, 190 }, { "EG", 26, 30, 830 },
	{ "EH", 24, -12, 630 }, { "ER", 15, 39, 520 }, { "ES", 40, -4, 670 }, { "ET", 9, 40, 890 }, { "FI", 64, 26, 680 },
	{ "FJ", -17, 178, 240 }, { "FK", -52, -59, 140 }, { "FM", 8, 153, 1650 }, { "FO", 62, -7, 40 }, { "FR", 47, 2, 560 },
	{ "GA", -1, 12, 390 }, { "GB", 54, -2, 550 }, { "GD", 12, -62, 50 }, { "GE", 42, 44, 370 }, { "GF", 4, -53, 300 },
	{ "GG", 49, -3, 70 }, { "GH", 8, -1, 400 }, { "GI", 36, -5, 20 }, { "GL", 73, -42, 1470 }, { "GM", 13, -15, 210 },
	{ "GN", 10, -11, 460 }, { "GP", 16, -62, 60 }, { "GQ", 2, 10, 190 }, { "GR", 39, 23, 420 }, { "GS", -54, -37, 120 },
	{ "GT", 16, -90, 290 }, { "GU", 13, 145, 80 }, { "GW", 12, -15, 200 }, { "GY", 5, -59, 450 }, { "HK", 22, 114, 70 },
	{ "HM", -53, 74, 60 }, { "HN", 15, -87, 420 }, { "HR", 45, 16, 270 }, { "HT", 19, -73, 170 }, { "HU", 47, 19, 320 },
	{ "ID", -1, 117, 2810 }, { "IE", 53, -8, 270 }, { "IL", 31, 35, 290 }, { "IM", 54, -5, 60 }, { "IN", 23, 80, 1830 },
	{ "IO", -7, 72, 70 }, { "IQ", 33, 44, 550 }, { "IR", 33, 54, 1150 }, { "IS", 65, -19, 270 }, { "IT", 43, 12, 660 },
	{ "JE", 49, -2, 40 }, { "JM", 18, -77, 150 }, { "JO", 31, 37, 320 }, { "JP", 38, 139, 890 }, { "KE", 1, 38, 650 },
	{ "KG", 41, 74, 540 }, { "KH", 13, 105, 340 }, { "KI", 2, -157, 70 }, { "KM", -12, 44, 110 }, { "KN", 17, -63, 60 },
	{ "KP", 40, 127, 420 }, { "KR", 36, 128, 300 }, { "KW", 29, 48, 150 }, { "KY", 19, -81, 70 }, { "KZ", 48, 67, 1510 },
	{ "LA", 18, 104, 560 }, { "LB", 34, 36, 140 }, { "LC", 14, -61, 40 }, { "LI", 47, 10, 50 }, { "LK", 8, 81, 240 }, { "LR", 6, -9, 320 },
	{ "LS", -30, 28, 170 }, { "LT", 55, 24, 230 }, { "LU", 50, 6, 70 }, { "LV", 57, 25, 270 }, { "LY", 27, 18, 1060 },
	{ "MA", 30, -9, 1250 }, { "MC", 44, 7, 50 }, { "MD", 47, 28, 180 }, { "ME", 43, 19, 130 }, { "MF", 18, -63, 20 },
	{ "MG", -19, 47, 810 }, { "MH", 7, 170, 200 }, { "MK", 42, 22, 170 }, { "ML", 17, -4, 970 }, { "MM", 21, 96, 1250 },
	{ "MN", 47, 103, 1290 }, { "MO", 22, 114, 60 }, { "MP", 16, 146, 320 }, { "MQ", 15, -61, 50 }, { "MR", 20, -10, 840 },
	{ "MS", 17, -62, 50 }, { "MT", 36, 14, 60 }, { "MU", -20, 58, 90 }, { "MV", 4, 73, 100 }, { "MW", -13, 34, 480 },
	{ "MX", 24, -102, 1760 }, { "MY", 4, 110, 1130 }, { "MZ", -17, 36, 1170 }, { "NA", -22, 17, 990 }, { "NC", -21, 165, 260 },
	{ "NE", 17, 9, 990 }, { "NF", -29, 168, 20 }, { "NG", 10, 8, 770 }, { "NI", 13, -85, 300 }, { "NL", 52, 6, 190 },
	{ "NO", 64, 12, 1080 }, { "NP", 28, 84, 440 }, { "NR", -1, 167, 60 }, { "NU", -19, -170, 30 }, { "NZ", -42, 173, 850 },
	{ "OM", 21, 56, 580 }, { "PA", 9, -80, 350 }, { "PE", -9, -74, 1120 }, { "PF", -14, -146, 920 }, { "PG", -7, 144, 840 },
	{ "PH", 12, 123, 780 }, { "PK", 30, 69, 980 }, { "PL", 52, 19, 430 }, { "PM", 47, -56, 40 }, { "PN", -24, -128, 60 },
	{ "PR", 18, -66, 140 }, { "PS", 32, 35, 80 }, { "PT", 40, -8, 350 }, { "PW", 8, 135, 90 }, { "PY", -23, -58, 550 },
	{ "QA", 25, 51, 140 }, { "RE", -21, 56, 50 }, { "RO", 46, 25, 380 }, { "RS", 44, 21, 280 }, { "RU", 67, 98, 4280 },
	{ "RW", -2, 30, 150 }, { "SA", 24, 45, 1170 }, { "SB", -9, 160, 480 }, { "SC", -5, 55, 80 }, { "SD", 16, 30, 1070 },
	{ "SE", 62, 16, 820 }, { "SG", 1, 104, 60 }, { "SH", -12, -10, 670 }, { "SI", 46, 15, 140 }, { "SK", 49, 19, 260 },
	{ "SL", 9, -12, 240 }, { "SM", 44, 12, 50 }, { "SN", 14, -14, 390 }, { "SO", 5, 46, 960 }, { "SR", 4, -56, 300 }, { "SS", 7, 30, 680 },
	{ "ST", 0, 7, 70 }, { "SV", 14, -89, 160 }, { "SX", 18, -63, 20 }, { "SY", 35, 38, 460 }, { "SZ", -27, 31, 160 },
	{ "TC", 22, -72, 50 }, { "TD", 15, 19, 1000 }, { "TF", -49, 69, 120 }, { "TG", 9, 1, 330 }, { "TH", 15, 101, 1050 },
	{ "TJ", 39, 71, 410 }, { "TK", -9, -172, 100 }, { "TL", -9, 126, 160 }, { "TM", 39, 59, 690 }, { "TN", 34, 10, 430 },
	{ "TO", -20, -175, 200 }, { "TR", 39, 35, 880 }, { "TT", 10, -61, 110 }, { "TV", -8, 178, 300 }, { "TW", 24, 121, 240 },
	{ "TZ", -6, 35, 780 }, { "UA", 49, 31, 670 }, { "UG", 1, 32, 420 }, { "US", 40, -99, 2670 }, { "UY", -33, -56, 350 },
	{ "UZ", 42, 63, 860 }, { "VA", 42, 12, 40 }, { "VC", 13, -61, 50 }, { "VE", 7, -66, 850 }, { "VG", 19, -64, 100 },
	{ "VI", 18, -65, 60 }, { "VN", 17, 106, 950 }, { "VU", -16, 167, 160 }, { "WF", -14, -177, 140 }, { "WS", -14, -172, 100 },
	{ "YE", 16, 48, 610 }, { "YT", -13, 45, 40 }, { "ZA", -29, 25, 970 }, { "ZM", -13, 28, 750 }, { "ZW", -19, 30, 520 },
	/* clang-format on */
};

static const struct place *place_find(struct str letters)
{
	size_t low = 0, high = ARRAY_LEN(places);
	if (letters.n != 2)
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(places[middle].letters, letters.p, 2);
		if (order == 0)
			return &places[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

enum { ONE = 1000000, KM_OF_180 = 20015 };

/* A million times the sine of whole degrees. */
static const int32_t sines[91] = {
	/* clang-format off */
	0, 17452, 34899, 52336, 69756, 87156, 104528, 121869, 139173, 156434, 173648, 190809, 207912, 224951, 241922, 258819,
	275637, 292372, 309017, 325568, 342020, 358368, 374607, 390731, 406737, 422618, 438371, 453990, 469472, 484810, 500000,
	515038, 529919, 544639, 559193, 573576, 587785, 601815, 615661, 629320, 642788, 656059, 669131, 681998, 694658, 707107,
	719340, 731354, 743145, 754710, 766044, 777146, 788011, 798636, 809017, 819152, 829038, 838671, 848048, 857167, 866025,
	874620, 882948, 891007, 898794, 906308, 913545, 920505, 927184, 933580, 939693, 945519, 951057, 956305, 961262, 965926,
	970296, 974370, 978148, 981627, 984808, 987688, 990268, 992546, 994522, 996195, 997564, 998630, 999391, 999848,
	1000000,
	/* clang-format on */
};

static int64_t sine(int degrees)
{
	int d = ((degrees % 360) + 360) % 360;
	int half = d % 180, quarter = half > 90 ? 180 - half : half;
	return d < 180 ? sines[quarter] : -sines[quarter];
}

static int64_t cosine(int degrees)
{
	return sine(degrees + 90);
}

/* Kilometres of the arc whose cosine, times a million, this is: the whole degree from the table, the rest as on a straight line. */
static int arc_km(int64_t c)
{
	int d = 0;
	while (d < 179 && cosine(d + 1) >= c)
		d++;
	int64_t from = cosine(d), to = cosine(d + 1);
	int64_t thousandths = c >= from ? 0 : 1000 * (from - c) / (from - to);
	return (int)((1000 * (int64_t)d + thousandths) * KM_OF_180 / 180000);
}

int geo_km(struct str a, struct str b)
{
	const struct place *p = place_find(a), *q = place_find(b);
	if (!p || !q || p == q)
		return 0;
	int64_t across = cosine(p->latitude) * cosine(q->latitude) / ONE * cosine(p->longitude - q->longitude) / ONE;
	int km = arc_km(sine(p->latitude) * sine(q->latitude) / ONE + across) - p->reach_km - q->reach_km;
	return km > 0 ? km : 0;
}
