"""What the words of a road's or a shape's class mean on the map, in Chinese and in OSM's English."""

# 1 motorways … 4 the streets that carry a district … 7 ways on foot; an unknown word counts as 5.
ROAD_RANKS = {
    word: rank
    for rank, words in {
        1: "motorway trunk expressway freeway highway 高速公路 快速路",
        2: "primary arterial major 主干路 主干道",
        3: "secondary collector 次干路 次干道",
        4: "tertiary branch minor 支路",
        5: "residential unclassified living_street local street road lane 街巷 居住区道路",
        6: "service track alley driveway busway 巷弄 内部道路",
        7: "footway pedestrian path cycleway steps bridleway sidewalk 人行道 非机动车道",
    }.items()
    for word in words.split()
}
WATER_CLASSES = [
    *("water", "river", "riverbank", "lake", "pond", "canal", "stream", "reservoir", "basin"),
    *("drain", "wetland", "水域", "河道", "河流", "湖泊"),
]
GREEN_CLASSES = [
    *("green", "park", "garden", "forest", "wood", "grass", "grassland", "meadow", "scrub"),
    *("recreation_ground", "village_green", "cemetery", "orchard", "farmland"),
    *("绿地", "公园", "林地"),
]
