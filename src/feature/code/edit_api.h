/* Inside of this feature: what an editor asks for while a Code is written. */
#ifndef TROTH_FEATURE_CODE_EDIT_API_H
#define TROTH_FEATURE_CODE_EDIT_API_H

#include "http/route.h"

extern const struct shape formatted_shape, vocabulary_shape;
route_handler edit_format, edit_vocabulary;

#endif
