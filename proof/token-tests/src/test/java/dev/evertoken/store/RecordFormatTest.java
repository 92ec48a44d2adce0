package dev.evertoken.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The stored format is stable: every later version reads format 1 and writes the same bytes. */
class RecordFormatTest {

    @Test
    void aFullRecordOfFormat1IsReadAndWrittenByteForByte() {
        byte[] golden = GoldenFiles.read("record-full.1.json");

        assertThat(RecordCodec.decode(GoldenFiles.KEY, golden)).isEqualTo(GoldenFiles.fullRecord());
        assertThat(RecordCodecTest.text(RecordCodec.encode(GoldenFiles.fullRecord())))
                .isEqualTo(RecordCodecTest.text(golden));
    }

    @Test
    void aSparseRecordOfFormat1IsReadAndWrittenByteForByte() {
        byte[] golden = GoldenFiles.read("record-sparse.1.json");

        assertThat(RecordCodec.decode(GoldenFiles.KEY, golden)).isEqualTo(GoldenFiles.sparseRecord());
        assertThat(RecordCodecTest.text(RecordCodec.encode(GoldenFiles.sparseRecord())))
                .isEqualTo(RecordCodecTest.text(golden));
    }

    @Test
    void aClientCredentialsRecordOfFormat1IsReadAndWrittenByteForByte() {
        byte[] golden = GoldenFiles.read("record-app.1.json");

        assertThat(RecordCodec.decode(GoldenFiles.KEY, golden)).isEqualTo(GoldenFiles.appRecord());
        assertThat(RecordCodecTest.text(RecordCodec.encode(GoldenFiles.appRecord())))
                .isEqualTo(RecordCodecTest.text(golden));
    }

    @Test
    void fullTokensOfFormat1AreReadAndWrittenByteForByte() {
        byte[] golden = GoldenFiles.read("tokens-full.1.json");

        assertThat(RecordCodec.decodeTokens(GoldenFiles.KEY, golden)).isEqualTo(GoldenFiles.fullTokens());
        assertThat(RecordCodecTest.text(RecordCodec.encodeTokens(GoldenFiles.fullTokens())))
                .isEqualTo(RecordCodecTest.text(golden));
    }

    @Test
    void sparseTokensOfFormat1AreReadAndWrittenByteForByte() {
        byte[] golden = GoldenFiles.read("tokens-sparse.1.json");

        assertThat(RecordCodec.decodeTokens(GoldenFiles.KEY, golden)).isEqualTo(GoldenFiles.sparseTokens());
        assertThat(RecordCodecTest.text(RecordCodec.encodeTokens(GoldenFiles.sparseTokens())))
                .isEqualTo(RecordCodecTest.text(golden));
    }
}
