/* How much memory a process has allocated (mallinfo2), which the C library's own module leaves out. */
#include <malloc.h>
