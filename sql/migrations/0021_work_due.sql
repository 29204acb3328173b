-- The list of what waits, as most ask for it: all kinds and urgencies, what is due first. Along
-- these a page is one walk per scope, whatever the number of kinds and urgencies.
CREATE INDEX work_item_station_due ON work_item
    (station_id, next_due_at, urgency, work_kind, entity_id);
CREATE INDEX work_item_community_due ON work_item
    (community_id, next_due_at, urgency, work_kind, entity_id) WHERE community_id IS NOT NULL;
CREATE INDEX work_item_grid_due ON work_item
    (grid_id, next_due_at, urgency, work_kind, entity_id) WHERE grid_id IS NOT NULL;
CREATE INDEX work_item_building_due ON work_item
    (building_id, next_due_at, urgency, work_kind, entity_id) WHERE building_id IS NOT NULL;
