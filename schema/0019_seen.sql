-- When somebody of the staff was here last, within the hour; NULL: not yet. Sessions tell it only while they last.
ALTER TABLE staff ADD COLUMN seen_us BIGINT;
UPDATE staff SET seen_us = coalesce(
    (SELECT max(s.seen_us) FROM session s WHERE s.staff_id = staff.id),
    (SELECT p.changed_us FROM password p WHERE p.staff_id = staff.id));
