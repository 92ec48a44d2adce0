package dev.evertoken.providers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A provider described as data: {@link OAuth2Provider#of} makes a provider of it. It is built with {@link
 * OAuth2Provider#builder} or read from JSON, whose members have the names of the builder's methods.
 *
 * <p>Two descriptions are equal if all their settings are. The string representation has the id alone. Immutable.
 */
public final class ProviderDescription {

    private final String id;
    private final Settings settings;

    /** @throws IllegalArgumentException if settings contradict each other; the message names each of them */
    ProviderDescription(String id, Settings settings) {
        this.id = id;
        this.settings = settings;
        SettingsCheck.check(id, settings);
    }

    /**
     * Reads a description from a JSON file.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if the text is cut off or longer than a mebibyte, or has an unknown member, a
     *     member twice, or a value that cannot be used; the message names the file and the member, and quotes no value
     */
    public static ProviderDescription read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(String.valueOf(file.getFileName()), in);
        }
    }

    /**
     * Reads a description from JSON in UTF-8. The stream is read to its end or to the limit, and is not closed.
     *
     * @param name the name of the text in messages, such as that of its file or resource
     * @throws IOException if the stream cannot be read
     * @throws IllegalArgumentException as for {@link #read(Path)}
     */
    public static ProviderDescription read(String name, InputStream json) throws IOException {
        return DescriptionReader.read(name, json.readNBytes(DescriptionReader.MAX_BYTES + 1));
    }

    /** Returns the id that applications use for the provider. */
    public String id() {
        return id;
    }

    /** Starts a description with all settings of this one. */
    public OAuth2ProviderBuilder toBuilder() {
        return new OAuth2ProviderBuilder(id, settings);
    }

    Settings settings() {
        return settings;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProviderDescription that && id.equals(that.id) && settings.equals(that.settings);
    }

    @Override
    public int hashCode() {
        return 31 * id.hashCode() + settings.hashCode();
    }

    @Override
    public String toString() {
        return "ProviderDescription[" + id + "]";
    }
}
