package dev.evertoken.examples.socialpublisher;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.Endpoints;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the publisher, read from environment variables. A publisher with missing or malformed settings does
 * not start and reports all of them. Immutable.
 *
 * @param sites the platforms by the id of their registration
 * @param keys the keys that encrypt the stored tokens
 * @param port the port of the routes; 0 for a free one
 * @param address the public address of this service, for redirects and reconnect links
 * @param folder the folder of tokens and quotas
 * @param media the folder of the videos
 * @param postsPerCycle the posts that a user may publish in 30 days
 */
record PublisherSettings(
        Map<String, Site> sites, KeyRing keys, int port, URI address, Path folder, Path media, int postsPerCycle) {

    private static final String ADDRESS = "SOCIALPUBLISHER_ADDRESS";

    /** Each registration, its default scopes, and the address of its API. */
    private static final Map<String, List<String>> USUAL = usual();

    /**
     * One platform.
     *
     * @param endpoints the endpoints that differ from those of the provider
     * @param api the address of the API
     * @param isOtherApi whether that address is not the usual one
     */
    record Site(ClientRegistration client, Endpoints endpoints, URI api, boolean isOtherApi) {}

    private static Map<String, List<String>> usual() {
        Map<String, List<String>> sites = new LinkedHashMap<>();
        sites.put(
                "facebook",
                List.of(
                        "https://graph.facebook.com/v26.0",
                        "pages_show_list,pages_read_engagement,pages_manage_posts"));
        sites.put(
                "instagram",
                List.of(
                        "https://graph.instagram.com/v26.0",
                        "instagram_business_basic,instagram_business_content_publish"));
        sites.put("linkedin", List.of("https://api.linkedin.com", "openid,profile,w_member_social"));
        sites.put("x-oauth1", List.of("https://api.x.com", ""));
        sites.put(
                "youtube",
                List.of(
                        "https://www.googleapis.com",
                        "https://www.googleapis.com/auth/youtube.readonly,"
                                + "https://www.googleapis.com/auth/youtube.upload"));
        return sites;
    }

    /**
     * Reads {@code EVERTOKEN_KEYS}, {@code SOCIALPUBLISHER_ADDRESS} and, for each of {@code FACEBOOK}, {@code
     * INSTAGRAM}, {@code LINKEDIN}, {@code X_OAUTH1} and {@code YOUTUBE}, the client id and secret, for example {@code
     * FACEBOOK_CLIENT_ID}. Optional are {@code SOCIALPUBLISHER_PORT}, {@code SOCIALPUBLISHER_FOLDER}, {@code
     * SOCIALPUBLISHER_MEDIA} and {@code SOCIALPUBLISHER_POSTS}, and for each platform its address and its endpoints,
     * for example {@code FACEBOOK_API_URL} and {@code FACEBOOK_REFRESH_ENDPOINT}.
     *
     * @throws IllegalArgumentException if variables are missing or malformed; the message names all of them and
     *     contains no secret
     */
    static PublisherSettings from(Map<String, String> environment) {
        List<String> wrong = new ArrayList<>();
        Map<String, Site> sites = new LinkedHashMap<>();
        USUAL.forEach((id, usual) -> {
            Site site = read(wrong, () -> site(environment, id, usual));
            if (site != null) {
                sites.put(id, site);
            }
        });
        KeyRing keys = read(wrong, () -> KeyRing.parse(Secret.of(required(environment, "EVERTOKEN_KEYS"))));
        URI address = read(wrong, () -> address(ADDRESS, required(environment, ADDRESS)));
        Integer port = read(wrong, () -> number(environment, "SOCIALPUBLISHER_PORT", 8080, 0, 65_535));
        Integer posts = read(wrong, () -> number(environment, "SOCIALPUBLISHER_POSTS", 100, 1, 1_000_000));
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", wrong));
        }
        Path folder = Path.of(environment.getOrDefault("SOCIALPUBLISHER_FOLDER", "publisher"));
        return new PublisherSettings(
                sites,
                Objects.requireNonNull(keys),
                Objects.requireNonNull(port),
                Objects.requireNonNull(address),
                folder,
                Optional.ofNullable(environment.get("SOCIALPUBLISHER_MEDIA"))
                        .map(Path::of)
                        .orElse(folder.resolve("media")),
                Objects.requireNonNull(posts));
    }

    private static Site site(Map<String, String> environment, String id, List<String> usual) {
        String prefix = variables(id);
        Map<String, String> client = new HashMap<>(environment);
        if (!usual.get(1).isEmpty()) {
            client.putIfAbsent(prefix + "_SCOPES", usual.get(1));
        }
        Optional<String> other = Optional.ofNullable(environment.get(prefix + "_API_URL"));
        Endpoints endpoints = Endpoints.none();
        for (EndpointKind kind : EndpointKind.values()) {
            String name = prefix + "_" + kind + "_ENDPOINT";
            String value = environment.get(name);
            endpoints = value == null ? endpoints : endpoints.with(kind, address(name, value));
        }
        return new Site(
                ClientRegistration.fromEnvironment(client, prefix),
                endpoints,
                address(prefix + "_API_URL", other.orElse(usual.get(0))),
                other.isPresent());
    }

    /** Returns the first part of the names of a platform's variables. */
    static String variables(String id) {
        return id.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    Site site(String id) {
        return Optional.ofNullable(sites.get(id)).orElseThrow();
    }

    private static <T> @Nullable T read(List<String> wrong, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (TokenException e) {
            wrong.add(e.detail());
        } catch (IllegalArgumentException e) {
            wrong.add(String.valueOf(e.getMessage()));
        }
        return null;
    }

    private static String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(name + " is not set");
        }
        return value;
    }

    private static URI address(String name, String value) {
        try {
            URI address = URI.create(value);
            if (address.getHost() != null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " is not an absolute URI", e);
        }
        throw new IllegalArgumentException(name + " is not an absolute URI");
    }

    private static int number(Map<String, String> environment, String name, int usual, int least, int most) {
        String value = environment.getOrDefault(name, Integer.toString(usual));
        int number = value.matches("\\d{1,7}") ? Integer.parseInt(value) : -1;
        if (number < least || number > most) {
            throw new IllegalArgumentException(name + " is not a number from " + least + " to " + most);
        }
        return number;
    }
}
