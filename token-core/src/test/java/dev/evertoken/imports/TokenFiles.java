package dev.evertoken.imports;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.AbstractThrowableAssert;

/** The token files of these tests. */
final class TokenFiles {

    private TokenFiles() {}

    static InputStream open(String name) {
        return Objects.requireNonNull(TokenFiles.class.getResourceAsStream("/imports/" + name), name);
    }

    static byte[] bytes(String name) throws IOException {
        try (InputStream file = open(name)) {
            return file.readAllBytes();
        }
    }

    static String text(String name) throws IOException {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    static List<ImportedAccount> read(TokenFileFormat format, byte[] content) throws IOException {
        return format.read(new ByteArrayInputStream(content));
    }

    static ImportedAccount read(TokenFileFormat format, String content) throws IOException {
        return read(format, content.getBytes(StandardCharsets.UTF_8)).get(0);
    }

    static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(TokenFileFormat format, String content) {
        return assertThatThrownBy(() -> read(format, content))
                .isInstanceOf(TokenFileException.class)
                .hasNoCause();
    }
}
