-- What came in before there was an inbox, feeds no case and was not answered, waits from its report.
-- What files stated of the past was recorded in bulk and has no entry of its own: it never waits.
INSERT INTO inspections_inbox_item (request_id, waits_for, since, settled_as)
SELECT request.id,
    CASE WHEN request.nature IN ('enquiry', 'praise') THEN 'answer'
         WHEN request.place IS NULL THEN 'place'
         ELSE 'outside' END,
    request.recorded_at, ''
FROM inspections_request AS request
WHERE EXISTS (
        SELECT FROM core_audit_entry AS entry
        WHERE entry.subject_type = 'inspections.servicerequest'
          AND entry.subject_id = request.id::text AND entry.act = 'record_request'
    )
  AND NOT EXISTS (SELECT FROM inspections_case_request AS link WHERE link.request_id = request.id)
  AND NOT EXISTS (SELECT FROM inspections_request_answer AS answer WHERE answer.request_id = request.id)
ORDER BY request.id;
