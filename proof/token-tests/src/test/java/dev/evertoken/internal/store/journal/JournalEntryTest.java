package dev.evertoken.internal.store.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.internal.store.json.MalformedRecordException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.RecordCodec;
import dev.evertoken.testing.SampleRecords;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The content of one journal file. */
class JournalEntryTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final TokenRecord RECORD = SampleRecords.full(ALICE);

    @Test
    void aPageContainsOneEntryAndAReservationContainsNone() throws MalformedRecordException {
        byte[] page = JournalPage.of(JournalEntry.text("claim-1", RECORD));

        assertThat(JournalEntry.isEmpty(page)).isFalse();
        assertThat(JournalEntry.entry("entry-1", JournalPage.text(page).orElseThrow()))
                .isEqualTo(new Journal.Entry("entry-1", "claim-1", RECORD));
        assertThat(JournalEntry.isEmpty(new byte[JournalEntry.ROOM])).isTrue();
        assertThat(JournalPage.text(new byte[JournalEntry.ROOM])).isEmpty();
    }

    @Test
    void aTruncatedPageContainsNoEntry() {
        byte[] page = JournalPage.of(JournalEntry.text("claim-1", RECORD));

        for (int length = 0; length < page.length; length++) {
            assertThat(JournalPage.text(Arrays.copyOf(page, length)))
                    .as("%s bytes", length)
                    .isEmpty();
        }
        assertThat(JournalPage.text(Arrays.copyOf(page, page.length + 1))).isPresent();
    }

    @Test
    void anEntryOfANewerFormatIsReported() {
        assertThatThrownBy(() -> JournalEntry.entry("entry-1", journaled(2, RecordCodec.encode(RECORD))))
                .isInstanceOfSatisfying(
                        MalformedRecordException.class,
                        e -> assertThat(e.isNewer()).isTrue())
                .hasMessage("has format 2");
    }

    @Test
    void anEntryWithARecordOfANewerFormatIsReported() {
        byte[] later = text(RecordCodec.encode(RECORD))
                .replace("\"format\":2", "\"format\":3")
                .getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> JournalEntry.entry("entry-1", journaled(1, later)))
                .isInstanceOfSatisfying(
                        MalformedRecordException.class,
                        e -> assertThat(e.isNewer()).isTrue())
                .hasMessage("contains a record of a newer format");
    }

    @Test
    void anEntryWithADamagedRecordIsReported() {
        assertThatThrownBy(() -> JournalEntry.entry("entry-1", journaled(1, new byte[] {'{'})))
                .isInstanceOfSatisfying(
                        MalformedRecordException.class,
                        e -> assertThat(e.isNewer()).isFalse())
                .hasMessage("contains a damaged record");
    }

    private static byte[] journaled(int format, byte[] record) {
        String json =
                "{\"format\":" + format + ",\"claim\":\"claim-1\",\"registration\":\"google\",\"account\":\"alice\","
                        + "\"record\":\"" + Base64.getEncoder().encodeToString(record) + "\"}";
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
