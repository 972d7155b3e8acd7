-- The words by which a customer is found: of the id, and of what the staff wrote. Folded: without accents, in small letters.
CREATE TABLE customer_word (
    word     TEXT NOT NULL,
    customer TEXT NOT NULL,
    home_id  BIGINT NOT NULL,
    PRIMARY KEY (word, customer, home_id)
);
DROP INDEX customer_name;
DROP INDEX customer_email;
ALTER TABLE customer DROP COLUMN name_key;
ALTER TABLE customer DROP COLUMN email_key;
-- Followed for as long as touches come: those of all customers that were there before come first.
INSERT INTO backfill (name, after_id, until_id) VALUES ('customer_word', 0, 0);
