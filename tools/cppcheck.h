/* What cppcheck cannot expand by itself. */
#define json_object_foreach(o, k, v) for (;;)
#define json_array_foreach(a, i, v) for (;;)
