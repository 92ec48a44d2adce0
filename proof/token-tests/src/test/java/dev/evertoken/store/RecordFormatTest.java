package dev.evertoken.store;

import static dev.evertoken.store.RecordCodecTest.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.store.json.RecordFormat;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stored formats are stable: every later version reads formats 1 and 2 and writes the same bytes of format 2. */
class RecordFormatTest {

    static Stream<Arguments> recordsOfFormat1() {
        return Stream.of(
                Arguments.of("record-full.1.json", GoldenFiles.fullRecord()),
                Arguments.of("record-sparse.1.json", GoldenFiles.sparseRecord()),
                Arguments.of("record-app.1.json", GoldenFiles.appRecord()));
    }

    static Stream<Arguments> recordsOfFormat2() {
        return Stream.of(
                Arguments.of("record-full.2.json", GoldenFiles.fullRecord2()),
                Arguments.of("record-sparse.2.json", GoldenFiles.sparseRecord()),
                Arguments.of("record-app.2.json", GoldenFiles.appRecord()));
    }

    static Stream<Arguments> tokensOfFormat1() {
        return Stream.of(
                Arguments.of("tokens-full.1.json", GoldenFiles.fullTokens()),
                Arguments.of("tokens-sparse.1.json", GoldenFiles.sparseTokens()));
    }

    static Stream<Arguments> tokensOfFormat2() {
        return Stream.of(
                Arguments.of("tokens-full.2.json", GoldenFiles.fullTokens2()),
                Arguments.of("tokens-sparse.2.json", GoldenFiles.sparseTokens()),
                Arguments.of("tokens-refresh-token.2.json", GoldenFiles.refreshTokenAlone()));
    }

    @ParameterizedTest
    @MethodSource({"recordsOfFormat1", "recordsOfFormat2"})
    void aRecordOfEachFormatIsRead(String file, TokenRecord record) {
        assertThat(RecordCodec.decode(GoldenFiles.KEY, GoldenFiles.read(file))).isEqualTo(record);
    }

    @ParameterizedTest
    @MethodSource("recordsOfFormat2")
    void aRecordIsWrittenInFormat2ByteForByte(String file, TokenRecord record) {
        assertThat(text(RecordCodec.encode(record))).isEqualTo(text(GoldenFiles.read(file)));
    }

    @ParameterizedTest
    @MethodSource({"tokensOfFormat1", "tokensOfFormat2"})
    void tokensOfEachFormatAreRead(String file, TokenSet tokens) {
        assertThat(RecordCodec.decodeTokens(GoldenFiles.KEY, GoldenFiles.read(file)))
                .isEqualTo(tokens);
    }

    @ParameterizedTest
    @MethodSource("tokensOfFormat2")
    void tokensAreWrittenInFormat2ByteForByte(String file, TokenSet tokens) {
        assertThat(text(RecordCodec.encodeTokens(tokens))).isEqualTo(text(GoldenFiles.read(file)));
    }

    @ParameterizedTest
    @Fault("F16")
    @ValueSource(
            strings = {
                "\"generation\":17,\"later\":{\"a\":1},",
                "\"generation\":17,\"later\":null,\"also_later\":false,",
            })
    void aMemberThatThisVersionWouldDropIsReportedAsANewerFormat(String later) {
        String text = text(GoldenFiles.read("record-full.2.json")).replace("\"generation\":17,", later);

        assertTooNew(text);
    }

    @Test
    @Fault("F16")
    void anUnknownMemberOfAnInnerObjectIsReportedAsANewerFormat() {
        assertTooNew(text(GoldenFiles.read("record-full.2.json")).replace("\"since\":", "\"later\":1,\"since\":"));
    }

    @Test
    void unknownMembersOfFormat1AreIgnored() {
        String text = text(GoldenFiles.read("record-full.1.json"))
                .replace("\"grant\":", "\"later\":{\"a\":[1,{\"b\":null}]},\"also_later\":1e400,\"grant\":");

        assertThat(RecordCodec.decode(GoldenFiles.KEY, text.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(GoldenFiles.fullRecord());
    }

    @ParameterizedTest
    @ValueSource(strings = {"user-7", "", "M\u00fcller", "\ud83d\ude00"})
    void aRecordWithAnyTextCanBeEncoded(String text) {
        TokenRecord record = withResponse(text);

        RecordFormat.requireEncodable(record);

        assertThat(RecordFormat.encode(record)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "user-\ude00"})
    void aRecordWithAnUnpairedSurrogateIsRefusedBeforeItIsStored(String text) {
        TokenRecord record = withResponse(text);

        assertThatThrownBy(() -> RecordFormat.requireEncodable(record)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RecordFormat.requireEncodable(GoldenFiles.sparseRecord().toBuilder()
                        .grantedScopes(Set.of("read", text))
                        .build()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRecordThatIsTooLargeIsRefusedBeforeItIsStored() {
        TokenRecord record = withResponse("x".repeat(RecordFormat.MAX_BYTES));

        assertThatThrownBy(() -> RecordFormat.requireEncodable(record)).isInstanceOf(IllegalArgumentException.class);
    }

    private static TokenRecord withResponse(String subject) {
        return GoldenFiles.sparseRecord().toBuilder()
                .subject(Optional.of(subject))
                .build();
    }

    private static void assertTooNew(String text) {
        assertThatThrownBy(() -> RecordCodec.decode(GoldenFiles.KEY, text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        UnreadableRecordException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.NEWER_FORMAT))
                .hasMessageEndingWith("the record has a member that is unknown to this version");
    }
}
