/* pdf.c - the layer begins here. */
extern const int pdf_layer;
const int pdf_layer = 1;
