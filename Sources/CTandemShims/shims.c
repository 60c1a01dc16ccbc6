#include "tandem_shims.h"
