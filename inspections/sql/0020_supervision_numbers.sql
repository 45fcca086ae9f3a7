-- The running part of a supervision's number; never repeats, may have gaps.
CREATE SEQUENCE inspections_supervision_number;
