/**
 * Keeps the OAuth tokens of many accounts usable. Start at {@link dev.evertoken.Tokens}.
 *
 * <p>Packages named {@code internal} are open to the modules listed beside them and to no application.
 */
@SuppressWarnings("module") // The modules of the qualified exports are built after this one.
module dev.evertoken.core {
    requires com.squareup.moshi;
    requires transitive java.net.http;
    requires transitive okhttp3;
    requires java.logging;
    requires okio;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.evertoken;
    exports dev.evertoken.background;
    exports dev.evertoken.doctor;
    exports dev.evertoken.imports;
    exports dev.evertoken.jdkhttp;
    exports dev.evertoken.model;
    exports dev.evertoken.okhttp;
    exports dev.evertoken.spi;
    exports dev.evertoken.spi.http;
    exports dev.evertoken.spi.operations;
    exports dev.evertoken.spi.outbox;
    exports dev.evertoken.spi.provider;
    exports dev.evertoken.spi.store;
    exports dev.evertoken.store;
    exports dev.evertoken.internal.json to
            dev.evertoken.console,
            dev.evertoken.mirror,
            dev.evertoken.providers,
            dev.evertoken.store.jdbc,
            dev.evertoken.testing;
    exports dev.evertoken.internal.store.file to
            dev.evertoken.mirror,
            dev.evertoken.store.tiered;
    exports dev.evertoken.internal.store.json to
            dev.evertoken.store.tiered;
    exports dev.evertoken.internal.values to
            dev.evertoken.providers;

    uses dev.evertoken.spi.provider.Provider;
    uses dev.evertoken.spi.store.TokenStoreFactory;

    provides dev.evertoken.spi.store.TokenStoreFactory with
            dev.evertoken.store.FileTokenStore.Factory,
            dev.evertoken.store.InMemoryTokenStore.Factory;
}
