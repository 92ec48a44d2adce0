package dev.evertoken.spring.config;

import dev.evertoken.model.Secret;
import org.jspecify.annotations.Nullable;

/**
 * The properties {@code evertoken.store.*}. Immutable.
 *
 * @param type the kind of store: {@code file}, {@code memory}, {@code redis}, {@code jdbc} or {@code gcp}; absent to
 *     choose it from the other properties and from the beans of the application
 * @param file the file store
 * @param redis the Redis store, unless the application's client is used
 * @param jdbc the database store
 * @param gcp the store in Google Secret Manager
 */
public record StoreSettings(
        @Nullable String type,
        @Nullable File file,
        @Nullable Redis redis,
        @Nullable Jdbc jdbc,
        @Nullable Gcp gcp) {

    /** Returns settings without a store. */
    static StoreSettings none() {
        return new StoreSettings(null, null, null, null, null);
    }

    /**
     * The properties {@code evertoken.store.file.*}. Immutable.
     *
     * @param path the folder
     */
    public record File(@Nullable String path) {}

    /**
     * The properties {@code evertoken.store.redis.*}. Immutable.
     *
     * @param url the location with its password, such as {@code rediss://user:password@host:6379}
     */
    public record Redis(@Nullable Secret url) {}

    /**
     * The properties {@code evertoken.store.jdbc.*}. Immutable.
     *
     * @param url the database, unless the application's {@code DataSource} is used
     * @param username the user of the database
     * @param password the password of the user
     * @param table the table, with the name of its schema if required
     * @param createTable whether a missing table is created
     */
    public record Jdbc(
            @Nullable String url,
            @Nullable String username,
            @Nullable Secret password,
            @Nullable String table,
            boolean createTable) {}

    /**
     * The properties {@code evertoken.store.gcp.*}. Immutable.
     *
     * @param project the id of the project
     * @param endpoint the regional endpoint, such as {@code secretmanager.europe-west3.rep.googleapis.com}; absent for
     *     the global one
     */
    public record Gcp(@Nullable String project, @Nullable String endpoint) {}
}
