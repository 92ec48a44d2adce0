package dev.evertoken.catalogue;

import dev.evertoken.model.AuthorizationOptions;
import dev.evertoken.providers.OAuth2ProviderBuilder;
import dev.evertoken.providers.ProviderDescription;
import dev.evertoken.spi.provider.Provider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The descriptions of the catalogue with the addresses of a test server. */
final class Descriptions {

    private Descriptions() {}

    static List<String> ids() {
        return Catalogue.ids();
    }

    /**
     * Returns a provider whose addresses begin with {@code prefix} instead of {@code https://}, and whose placeholders
     * have the values of the settings.
     */
    static Provider at(String id, String prefix, Map<String, String> settings) {
        String name = id + ".json";
        try (InputStream json = Catalogue.class.getResourceAsStream(name)) {
            String text = new String(json.readAllBytes(), StandardCharsets.UTF_8).replace("https://", prefix);
            ProviderDescription moved =
                    ProviderDescription.read(name, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
            OAuth2ProviderBuilder builder = moved.toBuilder();
            for (String value : List.of("tenant", "login")) {
                if (settings.containsKey(value)) {
                    builder.value(value, settings.get(value));
                }
            }
            if (settings.containsKey("redirectName")) {
                builder.redirectName(settings.get("redirectName"));
            }
            return builder.build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static AuthorizationOptions options(Map<String, String> settings) {
        AuthorizationOptions options = AuthorizationOptions.defaults();
        String shop = settings.get("account.shop");
        return shop == null ? options : options.value("shop", shop);
    }
}
