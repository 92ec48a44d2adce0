package dev.evertoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.testing.SampleRecords;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** What stands in one file of the journal. */
class JournalPageTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final TokenRecord RECORD = SampleRecords.full(ALICE);

    @Test
    void aPageHoldsOneEntryAndAReservationNone() throws UnfitException {
        byte[] page = JournalPage.encode("claim-1", RECORD);

        assertThat(JournalPage.isEmpty(page)).isFalse();
        assertThat(JournalPage.entry("entry-1", JournalPage.text(page).orElseThrow()))
                .isEqualTo(new Journal.Entry("entry-1", "claim-1", RECORD));
        assertThat(JournalPage.isEmpty(JournalPage.empty())).isTrue();
        assertThat(JournalPage.text(JournalPage.empty())).isEmpty();
    }

    @Test
    void aPageThatEndsWhereverItMayHoldsNoEntry() {
        byte[] page = JournalPage.encode("claim-1", RECORD);

        for (int length = 0; length < page.length; length++) {
            assertThat(JournalPage.text(Arrays.copyOf(page, length)))
                    .as("%s bytes", length)
                    .isEmpty();
        }
        assertThat(JournalPage.text(Arrays.copyOf(page, page.length + 1))).isPresent();
    }

    @Test
    void anEntryOfALaterVersionSaysSo() {
        assertThatThrownBy(() -> JournalPage.entry("entry-1", journalled(2, RecordCodec.encode(RECORD))))
                .isInstanceOfSatisfying(
                        UnfitException.class, e -> assertThat(e.isNewer()).isTrue())
                .hasMessage("has format 2");
    }

    @Test
    void anEntryWithARecordOfALaterVersionSaysSo() {
        byte[] later = text(RecordCodec.encode(RECORD))
                .replace("\"format\":1", "\"format\":2")
                .getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> JournalPage.entry("entry-1", journalled(1, later)))
                .isInstanceOfSatisfying(
                        UnfitException.class, e -> assertThat(e.isNewer()).isTrue())
                .hasMessage("holds a record of a newer format");
    }

    @Test
    void anEntryWithADamagedRecordSaysSo() {
        assertThatThrownBy(() -> JournalPage.entry("entry-1", journalled(1, new byte[] {'{'})))
                .isInstanceOfSatisfying(
                        UnfitException.class, e -> assertThat(e.isNewer()).isFalse())
                .hasMessage("holds a damaged record");
    }

    private static byte[] journalled(int format, byte[] record) {
        String json =
                "{\"format\":" + format + ",\"claim\":\"claim-1\",\"registration\":\"google\",\"account\":\"alice\","
                        + "\"record\":\"" + Base64.getEncoder().encodeToString(record) + "\"}";
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
