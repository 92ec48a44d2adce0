package dev.evertoken.spring.config;

import dev.evertoken.model.Secret;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A store that is opened by its location, which is made from properties. Immutable.
 *
 * @param type the value of {@code evertoken.store.type}
 * @param setting the property that asks for the store
 * @param location returns the location; null if the property is not set
 */
record LocatedStore(String type, String setting, Function<StoreSettings, @Nullable String> location)
        implements StoreOpener {

    private static final String GCP_ENDPOINT = "evertoken.store.gcp.endpoint";
    private static final Pattern REGIONAL =
            Pattern.compile("(?:https://)?secretmanager\\.([a-z0-9-]+)\\.rep\\.googleapis\\.com(?::443)?/?");

    static List<StoreOpener> all() {
        return List.of(
                new LocatedStore("file", "evertoken.store.file.path", LocatedStore::file),
                new LocatedStore("memory", "evertoken.store.type", LocatedStore::memory),
                new LocatedStore("redis", "evertoken.store.redis.url", LocatedStore::redis),
                new LocatedStore("gcp", "evertoken.store.gcp.project", LocatedStore::gcp));
    }

    private static @Nullable String file(StoreSettings store) {
        StoreSettings.File file = store.file();
        return file == null || file.path() == null ? null : "file:" + file.path();
    }

    private static @Nullable String memory(StoreSettings store) {
        return "memory".equals(store.type()) ? "memory:" : null;
    }

    private static @Nullable String redis(StoreSettings store) {
        StoreSettings.Redis redis = store.redis();
        Secret url = redis == null ? null : redis.url();
        return url == null ? null : url.reveal();
    }

    private static @Nullable String gcp(StoreSettings store) {
        StoreSettings.Gcp gcp = store.gcp();
        if (gcp == null || gcp.project() == null) {
            return null;
        }
        String endpoint = gcp.endpoint();
        return "gcp-secrets://" + gcp.project() + (endpoint == null ? "" : "?location=" + region(endpoint));
    }

    private static String region(String endpoint) {
        Matcher regional = REGIONAL.matcher(endpoint);
        if (!regional.matches()) {
            throw new SettingsException(
                    GCP_ENDPOINT,
                    GCP_ENDPOINT + " is not a regional endpoint of Secret Manager.",
                    "Write it as secretmanager.europe-west3.rep.googleapis.com, or define a TokenStore bean.");
        }
        return regional.group(1);
    }

    @Override
    public Optional<String> property(StoreSettings store) {
        return location.apply(store) == null ? Optional.empty() : Optional.of(setting);
    }

    @Override
    public Optional<String> bean() {
        return Optional.empty();
    }

    @Override
    public String requirement() {
        return "Set " + setting + ".";
    }

    @Override
    public OpenedStore open(TokensSettings settings) {
        String chosen = location.apply(settings.store());
        if (chosen == null) {
            throw new IllegalStateException(setting + " is not set");
        }
        return OpenedStore.at(setting, chosen);
    }
}
