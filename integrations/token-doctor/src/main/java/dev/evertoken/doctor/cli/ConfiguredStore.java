package dev.evertoken.doctor.cli;

import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.store.jdbc.JdbcOptions;
import dev.evertoken.store.jdbc.JdbcTokenStore;
import dev.evertoken.store.redis.RedisOptions;
import dev.evertoken.store.redis.RedisTokenStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Opens the store that the settings name. Stateless. */
final class ConfiguredStore {

    private static final String TYPE = "evertoken.store.type";

    /** The property of each type whose presence chooses it. */
    private static final Map<String, String> CHOSEN_BY = Map.of(
            "file", "evertoken.store.file.path",
            "redis", "evertoken.store.redis.url",
            "jdbc", "evertoken.store.jdbc.url",
            "gcp", "evertoken.store.gcp.project");

    private ConfiguredStore() {}

    /**
     * Opens the store.
     *
     * @throws UsageException if the settings name no store, or several of them
     * @throws dev.evertoken.model.TokenStoreException if the store does not respond or is unsuitable
     */
    static TokenStore open(EvertokenProperties properties, String namespace) {
        String type = properties.get(TYPE).orElseGet(() -> onlyOne(properties));
        return switch (type) {
            case "file" -> file(Path.of(properties.require("evertoken.store.file.path")), namespace);
            case "memory" -> new InMemoryTokenStore();
            case "redis" ->
                RedisTokenStore.open(
                        properties.require("evertoken.store.redis.url"),
                        namespace,
                        // Eviction is a finding of the diagnosis, so it must not keep the store from being opened.
                        RedisOptions.defaults().acceptEviction());
            case "jdbc" -> jdbc(properties, namespace);
            case "gcp" ->
                GcpStores.open(
                        properties.require("evertoken.store.gcp.project"),
                        properties.get("evertoken.store.gcp.endpoint"),
                        namespace);
            default ->
                throw new UsageException(
                        "the value of " + TYPE + " is \"" + type + "\"; it is file, memory, redis, jdbc or gcp");
        };
    }

    private static String onlyOne(EvertokenProperties properties) {
        List<String> types = CHOSEN_BY.entrySet().stream()
                .filter(each -> properties.get(each.getValue()).isPresent())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (types.size() != 1) {
            throw new UsageException(
                    types.isEmpty()
                            ? "no store is set; set " + TYPE + " and the properties of the store"
                            : TYPE + " is not set, and there are properties of " + String.join(" and ", types));
        }
        return types.get(0);
    }

    /** A folder that does not exist is a mistake of the setting, and is not created. */
    private static TokenStore file(Path folder, String namespace) {
        if (!Files.exists(folder)) {
            throw new UsageException("the folder " + folder + " of evertoken.store.file.path does not exist");
        }
        return FileTokenStore.open(folder, namespace);
    }

    private static TokenStore jdbc(EvertokenProperties properties, String namespace) {
        Optional<String> table = properties.get("evertoken.store.jdbc.table");
        JdbcOptions options = JdbcOptions.defaults();
        return JdbcTokenStore.open(
                new DriverConnections(
                        properties.require("evertoken.store.jdbc.url"),
                        properties.get("evertoken.store.jdbc.username"),
                        properties.get("evertoken.store.jdbc.password")),
                namespace,
                table.map(options::withTable).orElse(options));
    }
}
