DROP TRIGGER append_only ON inspections_reward;
