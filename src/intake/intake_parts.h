/* Shared by the readers of this room. */
#ifndef TROTH_INTAKE_INTAKE_PARTS_H
#define TROTH_INTAKE_INTAKE_PARTS_H

#include "intake/intake.h"

void intake_take(struct intake *in, struct touch *t); /* gives it its place */
void intake_refuse(struct intake *in, uint64_t line, const struct err_info *info);
/* One touch as JSON. */
void intake_record(struct intake *in, struct arena *arena, struct text json, uint64_t line);
void intake_progress(struct intake *in, const struct bytes *b); /* call it per record */

enum err intake_lines(struct intake *in, struct bytes *b, uint64_t line, struct err_info *info);
enum err intake_array(struct intake *in, struct bytes *b, uint64_t line, struct err_info *info);
enum err intake_csv(struct intake *in, struct bytes *b, struct err_info *info);

#endif
