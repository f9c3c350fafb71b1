#include "common.h"

/* clang-format off */
const char *const common_words[] = {
	/* what every list begins with */
	"password", "passwort", "passw0rd", "passphrase", "letmein", "welcome", "admin", "administrator", "root", "login", "logon",
	"master", "user", "guest", "test", "testing", "default", "changeme", "change", "secret", "private", "access", "account",
	"system", "server", "security", "secure", "computer", "internet", "windows", "office", "google", "facebook", "whatsapp",
	"samsung", "iphone", "apple", "android", "microsoft", "temp", "temporary", "hello", "helloworld", "whatever", "nothing",
	"trustno1", "iloveyou", "ilove", "loveyou", "loveme", "love", "lovely", "lover", "forever", "always", "never", "please",
	"thankyou", "goodluck", "blessed", "blessing", "correcthorsebatterystaple", "correcthorse", "batterystaple",
	"opensesame", "nopassword", "mypassword", "yourpassword", "newpassword", "thisismypassword", "password1", "abcd1234",
	"abc123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890", "0000", "1111", "111111", "121212",
	"123123", "123321", "112233", "654321", "666666", "696969", "777777", "888888", "999999", "007007", "147258369", "159753",
	"1q2w3e4r", "1q2w3e4r5t", "1qaz2wsx", "q1w2e3r4", "qazwsx", "zaq12wsx", "qwerty", "qwerty123", "qwertyuiop", "asdf",
	"asdfgh", "asdfghjkl", "zxcvbn", "zxcvbnm", "azerty", "qwertz",
	/* animals */
	"monkey", "dragon", "tiger", "lion", "eagle", "falcon", "horse", "panther", "shark", "wolf", "bear", "butterfly", "puppy",
	"kitty", "kitten", "chicken", "rabbit", "turtle", "dolphin", "scorpion", "spider", "elephant", "leopard", "cheetah",
	"springbok", "springboks", "bokke", "rhino", "buffalo", "zebra", "giraffe", "hippo",
	/* people, titles, family */
	"mother", "father", "mommy", "daddy", "mama", "papa", "sister", "brother", "family", "friend", "friends", "baby", "babygirl",
	"babyboy", "princess", "prince", "queen", "king", "angel", "angels", "devil", "jesus", "jesuschrist", "christ", "heaven",
	"allah", "michael", "jordan", "jessica", "ashley", "daniel", "andrew", "joshua", "matthew", "thomas", "robert", "charlie",
	"george", "jennifer", "michelle", "nicole", "hannah", "amanda", "jason", "justin", "anthony", "hunter", "harley", "buster",
	"maggie", "ginger", "pepper", "cookie", "bailey", "rocky", "lucky", "tigger", "snoopy", "johan", "pieter", "johannes",
	"thabo", "sipho", "lerato", "thando", "nomsa", "bongani", "lindiwe", "mandela", "madiba", "zuma",
	/* games, films, bands */
	"superman", "batman", "spiderman", "starwars", "pokemon", "pikachu", "naruto", "minecraft", "fortnite", "matrix", "gandalf",
	"hobbit", "merlin", "phoenix", "ninja", "samurai", "warrior", "killer", "shadow", "hunter2", "maverick", "metallica",
	"slipknot", "nirvana", "eminem", "blink182", "guitar", "rockstar", "rocknroll", "hiphop",
	/* sport */
	"football", "soccer", "rugby", "cricket", "hockey", "baseball", "basketball", "tennis", "golf", "golfer", "fishing",
	"chelsea", "arsenal", "liverpool", "manchester", "manutd", "united", "barcelona", "madrid", "juventus", "kaizer", "kaizerchiefs",
	"chiefs", "orlandopirates", "pirates", "sundowns", "sharks", "stormers", "bulls", "proteas", "cowboys", "yankees", "lakers",
	/* weather, colours, things, moods */
	"sunshine", "summer", "winter", "spring", "autumn", "rainbow", "flower", "flowers", "freedom", "victory", "winner", "money",
	"cash", "dollar", "diamond", "silver", "golden", "gold", "purple", "orange", "yellow", "green", "blue", "black", "white",
	"banana", "cherry", "chocolate", "coffee", "cheese", "pizza", "peanut", "biltong", "braai", "castle", "ferrari", "mercedes",
	"porsche", "corvette", "mustang", "toyota", "hilux", "volkswagen", "nissan", "honda", "yamaha", "ford", "jeep", "bmw1",
	"happy", "smile", "sweet", "sweetheart", "cool", "crazy", "sexy", "beautiful", "awesome", "fuck", "fuckyou", "fuckoff",
	"asshole", "bitch", "shit", "pussy",
	/* time and place */
	"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april",
	"june", "july", "august", "september", "october", "november", "december", "africa", "southafrica", "mzansi", "joburg",
	"johannesburg", "jozi", "capetown", "durban", "pretoria", "tshwane", "soweto", "london", "america", "paris", "cafe",
	/* what the product is about */
	"field", "fieldward", "ward", "jobcard", "jobs", "plumber", "plumbing", "electric", "electrician", "technician", "company",
	"business", "service", "invoice", "quote", "manager", "owner", "boss", "work", "worker", "tools",
	/* Afrikaans and Zulu favourites */
	"liefde", "liefling", "skattie", "wagwoord", "welkom", "vrede", "ubuntu", "sawubona", "siyabonga", "inkosi", "thandolwami",
};
const size_t common_words_count = sizeof(common_words) / sizeof(common_words[0]);

const char *const common_slides[] = {
	"abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop",
	"qazwsxedcrfvtgbyhnujmikolp", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0",
	"147258369", "159357", "2468024680", "1357913579",
};
const size_t common_slides_count = sizeof(common_slides) / sizeof(common_slides[0]);
/* clang-format on */
