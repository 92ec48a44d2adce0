package dev.evertoken.spring.config;

import dev.evertoken.store.jdbc.JdbcOptions;
import dev.evertoken.store.jdbc.JdbcTokenStore;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The store in a database: that of {@code evertoken.store.jdbc.url}, or the one of the application's {@link DataSource}.
 * Thread-safe.
 */
public final class JdbcStoreOpener implements StoreOpener {

    private static final String URL = "evertoken.store.jdbc.url";

    private final ObjectProvider<DataSource> sources;
    private final Function<StoreSettings.Jdbc, DataSource> connect;

    /**
     * @param sources the data sources of the application
     * @param connect makes a data source from the properties, which have a URL
     */
    public JdbcStoreOpener(ObjectProvider<DataSource> sources, Function<StoreSettings.Jdbc, DataSource> connect) {
        this.sources = sources;
        this.connect = connect;
    }

    @Override
    public String type() {
        return "jdbc";
    }

    @Override
    public Optional<String> property(StoreSettings store) {
        return hasUrl(store.jdbc()) ? Optional.of(URL) : Optional.empty();
    }

    private static boolean hasUrl(StoreSettings.@Nullable Jdbc jdbc) {
        return jdbc != null && jdbc.url() != null;
    }

    @Override
    public Optional<String> bean() {
        return sources.stream().findFirst().map(any -> "the DataSource bean");
    }

    @Override
    public String requirement() {
        return "Set " + URL + ", or configure a DataSource.";
    }

    @Override
    public OpenedStore open(TokensSettings settings) {
        StoreSettings.Jdbc jdbc = settings.store().jdbc();
        if (jdbc != null && hasUrl(jdbc)) {
            return ofUrl(settings.requiredNamespace(), jdbc);
        }
        DataSource source = sources.getIfUnique();
        if (source == null) {
            throw new SettingsException(
                    URL,
                    "There are several DataSource beans, and none of them is primary.",
                    "Mark one as @Primary, set " + URL + ", or define a TokenStore bean.");
        }
        return OpenedStore.of(
                "the DataSource bean", JdbcTokenStore.open(source, settings.requiredNamespace(), options(jdbc)));
    }

    private OpenedStore ofUrl(String namespace, StoreSettings.Jdbc jdbc) {
        DataSource source = connect.apply(jdbc);
        AutoCloseable pool = source instanceof AutoCloseable closeable ? closeable : () -> {};
        try {
            return OpenedStore.of(URL, JdbcTokenStore.open(source, namespace, options(jdbc)), pool);
        } catch (RuntimeException e) {
            closeAfter(e, pool);
            throw e;
        }
    }

    private static void closeAfter(RuntimeException failure, AutoCloseable pool) {
        try {
            pool.close();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }

    private static JdbcOptions options(StoreSettings.@Nullable Jdbc jdbc) {
        JdbcOptions options = JdbcOptions.defaults();
        if (jdbc == null) {
            return options;
        }
        String table = jdbc.table();
        JdbcOptions named = table == null ? options : options.withTable(table);
        return jdbc.createTable() ? named.createTableIfMissing() : named;
    }
}
