package dev.evertoken.catalogue;

import dev.evertoken.providers.ProviderDescription;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The descriptions of this module. The providers are found under their ids without any code; use this class to change a
 * description, such as the tenant of Microsoft:
 *
 * <pre>{@code
 * Provider ours = OAuth2Provider.of(
 *         Catalogue.description("microsoft").toBuilder().value("tenant", "contoso.example").description());
 * TokensBuilder builder = Tokens.builder().provider(ours);
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class Catalogue {

    private static final List<String> IDS = List.of(
            "ebay",
            "fitbit",
            "github",
            "github-app",
            "hubspot",
            "microsoft",
            "quickbooks",
            "salesforce",
            "shopify",
            "slack",
            "twitch",
            "withings",
            "zoho");

    private Catalogue() {}

    /** Returns the ids of all described providers, in alphabetical order. Unmodifiable. */
    public static List<String> ids() {
        return IDS;
    }

    /**
     * Returns the description of a provider.
     *
     * @throws IllegalArgumentException if no provider of this module has the id
     */
    public static ProviderDescription description(String id) {
        if (!IDS.contains(id)) {
            throw new IllegalArgumentException("\"" + id + "\" is not in the catalogue, which has " + IDS);
        }
        String resource = id + ".json";
        try (InputStream json = Catalogue.class.getResourceAsStream(resource)) {
            if (json == null) {
                throw new IllegalStateException(resource + " is missing");
            }
            return ProviderDescription.read(resource, json);
        } catch (IOException e) {
            throw new UncheckedIOException("the resource " + resource + " cannot be read", e);
        }
    }
}
