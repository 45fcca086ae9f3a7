-- Numbers of cases: unique and rising, with gaps where an opening was rolled back.
CREATE SEQUENCE inspections_case_number;
