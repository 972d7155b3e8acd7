-- Lists in the order of opening, and what was opened on a day however long ago.
CREATE INDEX obligation_opened ON obligation (opened_us, id);
