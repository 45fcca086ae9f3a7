/** The names of the console's rooms, in both languages: one line for each. */

export const roomsZh = {
  rooms: "工作区",
  moreRooms: "更多",
  room_cases: "案卷",
  room_phone: "电话受理",
  room_inbox: "待办诉求",
  room_catalogue: "权责清单",
  room_joint: "会商督办",
  room_clocks: "时限督办",
  room_returns: "退单",
  room_changes: "地面变更",
  room_faults: "地面问题",
} as const;

export const roomsEn: Record<keyof typeof roomsZh, string> = {
  rooms: "Workrooms",
  moreRooms: "More",
  room_cases: "Cases",
  room_phone: "Telephone",
  room_inbox: "Inbox",
  room_catalogue: "Catalogue",
  room_joint: "Joint work",
  room_clocks: "Deadlines",
  room_returns: "Returns",
  room_changes: "Ground changes",
  room_faults: "Ground faults",
};
