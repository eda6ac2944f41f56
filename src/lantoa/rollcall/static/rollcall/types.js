/**
 * The shapes that the modules hand each other. The contract with the server is docs/roll-call.md.
 *
 * @typedef {"present" | "late" | "excused" | "absent" | "retracted"} Status
 * @typedef {"waiting" | "aside" | "sent" | "refused"} Standing whether the server has said anything, and what; `aside`
 *   waits as well, for it was recorded by another than the phone's recorder of now, in whose name it is sent
 *
 * @typedef {object} Mark what was said of one person
 * @property {number} person_id
 * @property {Status} status
 * @property {"tick" | "scan"} method
 * @property {string} reason empty but for `excused`
 * @property {string} wall_time
 * @property {number} monotonic_ms
 * @property {string} roster_id
 * @property {string} [card] the text of the card, with `scan` only
 *
 * @typedef {{present: number, late: number, excused: number, absent: number}} Counts
 *
 * @typedef {object} Closing
 * @property {string} roster_id
 * @property {string} wall_time
 * @property {Counts} counts
 * @property {string} states_sha256
 * @property {boolean} absent_rest
 * @property {number} guests
 * @property {string} guests_note
 *
 * @typedef {object} Item one event of the queue, as it lies on the phone
 * @property {string} event_id
 * @property {number} order in which it was made on this phone, one series with those of receipts and lists
 * @property {number} seq its number among the events of the device
 * @property {number} device_id by which it was numbered; 0 where the phone has become another device since
 * @property {string} [recorder] who made it, see Phone; without one, the phone's of now
 * @property {number} session_id
 * @property {number} site_id
 * @property {"mark" | "closing"} kind
 * @property {Mark | Closing} body what is sent, beside `event_id` and `seq`; never changed
 * @property {Standing} standing
 * @property {string} [code] of the receipt
 * @property {string} [message] of the receipt
 * @property {string} [receipted_at] the server's time of the signed receipt
 * @property {number} [receipt_order] in which the receipt came
 *
 * @typedef {{iv: Uint8Array, data: ArrayBuffer}} Sealed
 *
 * @typedef {object} Phone what this browser is to the server
 * @property {number} device_id
 * @property {Sealed} token
 * @property {string} expires_at
 * @property {string} user
 * @property {string} unit
 * @property {JsonWebKey} public_key
 * @property {JsonWebKey} [former_key] by which the server signed the lists that were kept before it had another key
 * @property {string} server_epoch
 * @property {boolean} revoked
 * @property {boolean} [ended] its token is no longer good, or its user takes the roll no longer
 * @property {string} [recorder] the numbers of its user and its unit; without them where an earlier page set it up
 *
 * @typedef {object} Former what the phone was to the server before another user or unit took it over
 * @property {number} device_id
 * @property {Sealed} token by which its parcels are sealed
 * @property {string} user
 * @property {string} unit
 * @property {string} server_epoch
 * @property {number} next_seq
 *
 * @typedef {[number, string, string, string, string]} Line number, name, hint, value, hash of the card
 *
 * @typedef {object} Roster
 * @property {string} roster_id
 * @property {number} session_id
 * @property {number} site_id
 * @property {string} title
 * @property {string} site
 * @property {string} starts_at
 * @property {string} ends_at
 * @property {string} issued_at
 * @property {string} expires_at
 * @property {string} salt
 * @property {boolean} closed
 * @property {Line[]} people
 * @property {[number, string][]} [other_cards] number and hash of the cards of records that went into a person's
 * @property {number} order in which it came; not in the document
 *
 * @typedef {object} KeptRoster
 * @property {string} roster_id
 * @property {number} site_id
 * @property {string} issued_at
 * @property {string} expires_at
 * @property {number} [order] in which it came; none where an earlier page got it
 * @property {Sealed} sealed the document and its signature
 *
 * @typedef {object} SiteRow
 * @property {number} site_id
 * @property {number} session_id
 * @property {string} title
 * @property {string} site
 * @property {string} starts_at
 * @property {string} ends_at
 * @property {number} people
 * @property {boolean} closed
 *
 * @typedef {{event_id: string, outcome: "accepted" | "duplicate" | "quarantined", code: string, message: string}} Receipt
 * @typedef {{server_epoch: string, server_time: string, batch_id: string, receipts: Receipt[]}} Receipts
 * @typedef {{detect: (source: HTMLVideoElement) => Promise<{rawValue: string}[]>}} Detector
 */

export {};
