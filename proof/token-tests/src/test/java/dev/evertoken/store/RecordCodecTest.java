package dev.evertoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import dev.evertoken.testing.SampleRecords;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordCodecTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");

    @Test
    void recordsAreDecodedAsTheyWereEncoded() {
        TokenRecord full = SampleRecords.full(ALICE);
        TokenRecord sparse = SampleRecords.sparse(ALICE);

        assertThat(RecordCodec.decode(ALICE, RecordCodec.encode(full))).isEqualTo(full);
        assertThat(RecordCodec.decode(ALICE, RecordCodec.encode(sparse))).isEqualTo(sparse);
    }

    @Test
    void tokensAreDecodedAsTheyWereEncoded() {
        TokenSet tokens = GoldenFiles.fullTokens();

        TokenSet read = RecordCodec.decodeTokens(ALICE, RecordCodec.encodeTokens(tokens));

        assertThat(read).isEqualTo(tokens);
        assertThat(read.scopes()).containsExactlyElementsOf(tokens.scopes());
        assertThat(read.attributes().keySet())
                .containsExactlyElementsOf(tokens.attributes().keySet());
    }

    @Test
    @Fault("E10")
    void everyTimeIsDecodedExactlyInAnyTimeZone() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        TimeZone before = TimeZone.getDefault();
        try {
            for (int i = 0; i < 2000; i++) {
                Instant moment = moment(random, i);
                TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Apia"));
                byte[] written = RecordCodec.encodeTokens(TokenSet.builder("evertoken-test-a")
                        .expiresAt(moment)
                        .issuedAt(moment)
                        .build());
                TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));

                TokenSet read = RecordCodec.decodeTokens(ALICE, written);

                assertThat(read.expiresAt()).as("seed %s", seed).contains(moment);
                assertThat(read.issuedAt()).as("seed %s", seed).isEqualTo(moment);
            }
        } finally {
            TimeZone.setDefault(before);
        }
    }

    /** Returns the ends of the range, a time before a leap second, a change to summer time, and then random times. */
    private static Instant moment(Random random, int i) {
        return switch (i) {
            case 0 -> Instant.MIN;
            case 1 -> Instant.MAX;
            case 2 -> Instant.EPOCH;
            case 3 -> Instant.EPOCH.minusNanos(1);
            case 4 -> Instant.ofEpochMilli(Long.MAX_VALUE);
            case 5 -> Instant.parse("2016-12-31T23:59:59.999999999Z");
            case 6 -> Instant.parse("2026-03-29T01:00:00Z");
            default -> Instant.ofEpochSecond(random.nextLong(-10_000_000_000L, 100_000_000_000L), random.nextInt());
        };
    }

    @Test
    void wholeMillisecondsAreWrittenAsAPlainNumber() {
        byte[] written = RecordCodec.encodeTokens(TokenSet.builder("evertoken-test-a")
                .issuedAt(Instant.ofEpochMilli(1_772_360_130_000L))
                .build());

        assertThat(text(written)).contains("\"issued_at\":1772360130000,");
    }

    @Test
    @Fault("F16")
    void tokensOfANewerFormatRequireAnUpgrade() {
        String newer = text(RecordCodec.encodeTokens(GoldenFiles.fullTokens())).replace("\"format\":2", "\"format\":3");

        assertThatThrownBy(() -> RecordCodec.decodeTokens(ALICE, bytes(newer)))
                .isInstanceOfSatisfying(TokenException.class, e -> {
                    assertThat(e.problem()).isEqualTo(Problem.RECORD_TOO_NEW);
                    assertThat(e.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
                    assertThat(e.key()).contains(ALICE);
                })
                .hasMessage("google/alice: the secret part has format 3, this version reads up to 2");
    }

    @Test
    void theErrorForUnreadableTokensNamesTheAccountAndShowsNoSecret() {
        assertThatThrownBy(() -> RecordCodec.decodeTokens(ALICE, bytes("{\"format\":1,\"access_token\":\"evertoken-")))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.problem()).isEqualTo(Problem.RECORD_UNREADABLE))
                .hasMessage("google/alice: the secret part is not valid JSON");
    }

    @Test
    @Fault("N5")
    void tokensWithNeitherAnAccessTokenNorARefreshTokenAreUnreadable() {
        String neither = text(RecordCodec.encodeTokens(GoldenFiles.refreshTokenAlone()))
                .replace("\"refresh_token\":\"1//refresh\",", "");

        assertThatThrownBy(() -> RecordCodec.decodeTokens(ALICE, bytes(neither)))
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.problem()).isEqualTo(Problem.RECORD_UNREADABLE))
                .hasMessage("google/alice: the secret part has a value that is out of range");
    }

    @Test
    void aConstantOfALaterVersionIsReportedAsANewerFormat() {
        String later = text(RecordCodec.encode(SampleRecords.full(ALICE)))
                .replace("\"problem\":\"NETWORK\"", "\"problem\":\"SOLAR_FLARE\"");

        assertThatThrownBy(() -> RecordCodec.decode(ALICE, bytes(later)))
                .isInstanceOfSatisfying(
                        UnreadableRecordException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.NEWER_FORMAT))
                .hasMessage("google/alice: the record has a \"problem\" that is unknown to this version");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"generation\":1,        | \"generation\":0,         | has a value that is out of range",
                "\"generation\":1,        | \"generation\":1.5,       | has a value that is out of range",
                "\"generation\":1,        | \"generation\":1e999999,  | has a value that is out of range",
                "\"generation\":1,        | \"generation\":\"1\",     | has a value of the wrong type as \"generation\"",
                "\"generation\":1,        | ~~                        | has no \"generation\"",
                "\"generation\":1,        | \"generation\":1,\"generation\":1, | has a duplicate member",
                "\"format\":2             | \"format\":0              | has format 0, which never existed",
                "\"uncertain\":0          | \"uncertain\":99999999999 | has a value that is out of range",
                "\"requested_scopes\":[]  | \"requested_scopes\":[1]  | has no list of strings as \"requested_scopes\"",
                "\"uncertain\":0          | \"uncertain\":01          | is not valid JSON"
            })
    void eachKindOfDamageIsNamedWithoutShowingTheContent(String from, String to, String complaint) {
        String damaged = text(RecordCodec.encode(SampleRecords.sparse(ALICE))).replace(from, to);

        assertThatThrownBy(() -> RecordCodec.decode(ALICE, bytes(damaged)))
                .isInstanceOfSatisfying(
                        UnreadableRecordException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT))
                .hasMessage("google/alice: the record " + complaint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void nestingThatIsTooDeepIsRefused(String level) {
        String record = text(RecordCodec.encode(SampleRecords.sparse(ALICE)));
        String deep = record.substring(0, record.length() - 1) + ",\"x\":" + level.repeat(100_000);

        assertThatThrownBy(() -> RecordCodec.decode(ALICE, bytes(deep)))
                .hasMessage("google/alice: the record is nested deeper than 16 levels");
    }

    @ParameterizedTest
    @CsvSource({"14, true", "15, false"})
    void aRecordIsReadDownToTheSixteenthLevel(int levels, boolean readable) {
        TokenRecord sparse = SampleRecords.sparse(ALICE);
        String later = "\"later\":" + "[".repeat(levels) + "1" + "]".repeat(levels) + ",\"grant\":";
        byte[] nested = bytes(format1(sparse).replace("\"grant\":", later));

        if (readable) {
            assertThat(RecordCodec.decode(ALICE, nested)).isEqualTo(sparse);
        } else {
            assertThatThrownBy(() -> RecordCodec.decode(ALICE, nested)).hasMessageContaining("nested deeper");
        }
    }

    @Test
    void aNumberOfUpToFortyDigitsIsReadAndALongerOneIsRefused() {
        TokenRecord sparse = SampleRecords.sparse(ALICE);
        String record = format1(sparse);
        String forty = record.replace("\"grant\":", "\"later\":" + "7".repeat(40) + ",\"grant\":");
        String longer = record.replace("\"grant\":", "\"later\":" + "7".repeat(41) + ",\"grant\":");

        assertThat(RecordCodec.decode(ALICE, bytes(forty))).isEqualTo(sparse);
        assertThatThrownBy(() -> RecordCodec.decode(ALICE, bytes(longer)))
                .hasMessage("google/alice: the record has a number of more than 40 digits");
    }

    /** Returns a record in format 1, in which members that this version does not know are ignored. */
    private static String format1(TokenRecord record) {
        return text(RecordCodec.encode(record)).replace("\"format\":2", "\"format\":1");
    }

    @Test
    void contentAfterTheEndIsDamage() {
        String twice = text(RecordCodec.encode(SampleRecords.sparse(ALICE))) + "{}";

        assertThatThrownBy(() -> RecordCodec.decode(ALICE, bytes(twice))).isInstanceOf(UnreadableRecordException.class);
    }

    @Test
    void bytesThatAreNotUtf8AreDamageAndNotReplacedSilently() {
        byte[] record = RecordCodec.encode(SampleRecords.sparse(ALICE));
        record[text(record).indexOf("contract")] = (byte) 0xff;

        assertThatThrownBy(() -> RecordCodec.decode(ALICE, record))
                .hasMessage("google/alice: the record is not valid JSON");
    }

    @Test
    void recordsBeyondTheMaximumSizeAreNeitherEncodedNorDecoded() {
        TokenRecord huge = SampleRecords.nextWithSecrets(SampleRecords.full(ALICE), RecordCodec.MAX_BYTES);

        assertThatThrownBy(() -> RecordCodec.encode(huge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("is larger than 16777216");
        assertThatThrownBy(() -> RecordCodec.decode(ALICE, new byte[RecordCodec.MAX_BYTES + 1]))
                .hasMessage("google/alice: the record has 16777217 bytes, not 1 to 16777216");
    }

    @Test
    void aRecordOfExactlyTheMaximumSizeIsNotTooLarge() {
        TokenSet small = TokenSet.builder("x").issuedAt(Instant.EPOCH).build();
        int spareBytes = RecordCodec.MAX_BYTES - RecordCodec.encodeTokens(small).length;
        TokenSet largest = TokenSet.builder("x".repeat(1 + spareBytes))
                .issuedAt(Instant.EPOCH)
                .build();

        assertThat(RecordCodec.encodeTokens(largest)).hasSize(RecordCodec.MAX_BYTES);
        assertThatThrownBy(() -> RecordCodec.decode(ALICE, new byte[RecordCodec.MAX_BYTES]))
                .hasMessage("google/alice: the record is not valid JSON");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xd800, 0xdbff, 0xdc00, 0xdfff})
    void aSecretWithAnUnpairedSurrogateIsRefusedWithoutShowingIt(int surrogate) {
        TokenSet broken = GoldenFiles.fullTokens().toBuilder()
                .attribute("id_token", Secret.of("evertoken-test-" + (char) surrogate))
                .build();

        assertThatThrownBy(() -> RecordCodec.encodeTokens(broken))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("id_token has an unpaired surrogate and cannot be stored");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud7ff", "\ue000", "\ud83d\ude00"})
    void everyOtherCharacterIsKept(String character) {
        TokenSet tokens = GoldenFiles.fullTokens().toBuilder()
                .attribute("id_token", Secret.of("evertoken-test-" + character))
                .build();

        assertThat(RecordCodec.decodeTokens(ALICE, RecordCodec.encodeTokens(tokens)))
                .isEqualTo(tokens);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
