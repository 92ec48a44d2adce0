package dev.evertoken.spring.config;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.KeyRing;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.operations.EngineObserver;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.store.TokenStore;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.io.ResourceLoader;

/**
 * Builds the {@code Tokens} bean from the properties {@code evertoken.*} and the beans of the application.
 *
 * <p>Beans of these types are used: {@link TokenStore}, {@link KeyRing}, {@link RefreshPolicy} and {@link Timekeeper},
 * at most one of each; any number of {@link Provider}, {@link TokenListener}, {@link EngineObserver}, {@link
 * ClientReplacement}, {@link StoreOpener} and {@link TokensCustomizer}. A bean takes precedence over the property of the
 * same setting. Not thread-safe; used at the start, by one thread.
 */
public final class TokensFactory {

    private final TokensSettings settings;
    private final ListableBeanFactory beans;
    private final ResourceLoader resources;

    public TokensFactory(TokensSettings settings, ListableBeanFactory beans, ResourceLoader resources) {
        this.settings = settings;
        this.beans = beans;
        this.resources = resources;
    }

    /**
     * Opens the store: the {@link TokenStore} bean, or the one that the properties and the other beans lead to.
     *
     * @throws SettingsException if there is no store or more than one, or if it cannot be opened
     */
    public OpenedStore openStore() {
        String namespace = settings.requiredNamespace();
        Optional<TokenStore> bean = one(TokenStore.class);
        if (bean.isPresent()) {
            return OpenedStore.of("the TokenStore bean of " + namespace, bean.get());
        }
        List<StoreOpener> openers = Stream.concat(LocatedStore.all().stream(), all(StoreOpener.class))
                .toList();
        StoreOpener selected = new StoreSelection(settings.store(), openers).selected();
        String source = selected.property(settings.store()).or(selected::bean).orElse(StoreSelection.TYPE);
        return StartFailures.ofStore(source, () -> selected.open(settings));
    }

    /**
     * Builds the tokens; the caller closes them, and afterwards the store.
     *
     * @throws SettingsException if a property has no value or one that cannot be used
     */
    public Tokens create(OpenedStore store) {
        TokensBuilder builder = Tokens.builder().namespace(settings.requiredNamespace());
        Optional.ofNullable(settings.environment()).ifPresent(builder::environment);
        store.setIn(builder);
        builder.encryption(one(KeyRing.class).orElseGet(() -> KeyRingSource.read(settings)));
        if (settings.allowClearText()) {
            builder.allowClearText();
        }
        if (settings.connect().enabled()) {
            builder.reconnectUrl(ReconnectLinks.of(settings.clients())::of);
        }
        one(RefreshPolicy.class).ifPresent(builder::refreshPolicy);
        one(Timekeeper.class).ifPresent(builder::timekeeper);
        all(Provider.class).forEach(builder::provider);
        all(TokenListener.class).forEach(builder::listener);
        all(EngineObserver.class).forEach(builder::observer);
        new ConfiguredClients(all(ClientReplacement.class).toList(), resources).registerIn(builder, settings.clients());
        all(TokensCustomizer.class).forEach(customizer -> customizer.customize(builder));
        Tokens tokens = new StartFailures(settings, store.source()).named(builder::build);
        try {
            MissingScopes.check(tokens, settings.clients());
            return tokens;
        } catch (RuntimeException e) {
            tokens.close();
            throw e;
        }
    }

    private <T> Optional<T> one(Class<T> type) {
        return Optional.ofNullable(beans.getBeanProvider(type).getIfAvailable());
    }

    private <T> Stream<T> all(Class<T> type) {
        return beans.getBeanProvider(type).orderedStream();
    }
}
