package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.journal.ConsentJournal.KeptConsent;
import dev.evertoken.internal.store.json.JsonObjectWriter;
import dev.evertoken.internal.store.json.MalformedRecordException;
import dev.evertoken.internal.store.json.RecordFormat;

/** The content of the file of a kept consent. Stateless. */
final class ConsentEntry {

    private static final long FORMAT = 1;

    private ConsentEntry() {}

    static byte[] encode(KeptConsent consent) {
        return JournalPage.of(JsonObjectWriter.write(json -> json.number("format", FORMAT)
                .text("round", consent.round())
                .text("over", consent.over())
                .text("registration", consent.first().key().registration())
                .text("account", consent.first().key().account())
                .bytes("record", RecordFormat.encode(consent.first()))));
    }

    /**
     * Returns the consent in a finished page.
     *
     * @throws MalformedRecordException if a newer version wrote the entry, or its content is invalid
     */
    static KeptConsent consent(String id, byte[] text) throws MalformedRecordException {
        return JournalEntry.parsed(
                text,
                FORMAT,
                (json, key) -> new KeptConsent(
                        id, json.text("round"), json.text("over"), RecordFormat.decode(key, json.bytes("record"))));
    }
}
