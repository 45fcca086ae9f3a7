-- The running part of a change set's number; never repeats, may have gaps.
CREATE SEQUENCE inspections_change_set_number;
