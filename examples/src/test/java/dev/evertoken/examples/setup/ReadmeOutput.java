package dev.evertoken.examples.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.testing.SecretCanary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Collects the output of a program and compares it with a block of the README of the examples. Not thread-safe. */
public final class ReadmeOutput {

    private static final Path README = Path.of(System.getProperty("basedir", "."), "README.md");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Returns the stream to print to. */
    public PrintStream stream() {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    /** Fails if the README shows another output, or if the output has a secret. */
    public void assertIsShown() throws IOException {
        String output = bytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
        assertThat(Files.readString(README)).contains("```text\n" + output + "```\n");
        SecretCanary.ofTestTokens().assertNoneIn("the output", output);
    }
}
