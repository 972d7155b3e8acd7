/* Linked into a test build of the program: the layer is in place before main() when the environment
 * asks for it. The released program has neither this file nor the layer. */
#include "torn_vfs.h"

__attribute__((constructor)) static void install(void)
{
    (void)torn_vfs_install_from_environment();
}
