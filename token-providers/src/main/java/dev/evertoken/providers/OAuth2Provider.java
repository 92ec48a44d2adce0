package dev.evertoken.providers;

import dev.evertoken.providers.internal.oauth2.ProviderParts;
import dev.evertoken.spi.provider.ResourceDialect;
import java.util.function.Supplier;

/**
 * Any authorization server that follows RFC 6749, described by a {@link ProviderDescription}.
 *
 * <pre>{@code
 * Provider acme = OAuth2Provider.builder("acme")
 *         .tokenEndpoint(uri)
 *         .refreshModel(ROTATING)
 *         .build();
 * }</pre>
 *
 * <p>{@code build()} rejects inconsistent settings. Immutable.
 */
public final class OAuth2Provider extends AssembledProvider {

    private final ProviderParts parts;
    private final Supplier<ResourceDialect> resourceDialect;

    private OAuth2Provider(ProviderDescription description) {
        super(description.id());
        DescribedParts described = new DescribedParts(description.settings());
        this.parts = described.parts();
        this.resourceDialect = described.resourceDialect();
    }

    @Override
    ProviderParts parts() {
        return parts;
    }

    @Override
    public ResourceDialect resourceDialect() {
        return resourceDialect.get();
    }

    /**
     * Returns a builder; the token endpoint and the refresh model are required.
     *
     * @param id the provider id that applications use: lower-case letters, digits and hyphens
     */
    public static OAuth2ProviderBuilder builder(String id) {
        return new OAuth2ProviderBuilder(id, Settings.INITIAL);
    }

    /**
     * Returns the provider that a description describes.
     *
     * @throws IllegalArgumentException if a placeholder of an address or host has no value; the message names it
     */
    public static OAuth2Provider of(ProviderDescription description) {
        SettingsCheck.refuse(description.id(), Addresses.missing(description.settings()));
        return new OAuth2Provider(description);
    }

    @Override
    public String toString() {
        return "OAuth2Provider[" + id() + "]";
    }
}
