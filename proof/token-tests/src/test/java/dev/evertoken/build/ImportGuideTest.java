package dev.evertoken.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.imports.TokenFileFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The guide to imports lists every format. */
class ImportGuideTest {

    private static final Path GUIDE = Checkout.ROOT.resolve("docs/imports.md");

    @ParameterizedTest
    @EnumSource
    void everyFormatIsListed(TokenFileFormat format) throws IOException {
        assertThat(Files.readString(GUIDE)).contains("| `" + format + "` | ");
    }
}
