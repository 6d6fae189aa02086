#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>

void
mia_fault_set(struct mia_fault *f, int code, const char *format, ...)
{
	va_list ap;

	if (f == NULL || f->code != 0)
		return;
	f->code = code;
	va_start(ap, format);
	vsnprintf(f->text, sizeof(f->text), format, ap);
	va_end(ap);
}
