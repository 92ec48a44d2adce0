package dev.evertoken.examples.socialpublisher;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.TokenKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;

/**
 * The program: reads its settings from environment variables and serves the routes until it is ended. The exit code is
 * 2 if a variable is missing or malformed; all of them are named. Thread-safe.
 */
public final class SocialPublisher implements AutoCloseable {

    static final String NAMESPACE = "socialpublisher";

    /** More than the 200 users who publish at the same time. */
    private static final int THREADS = 256;

    private final Tokens tokens;
    private final Api api;
    private final Routes routes;

    private SocialPublisher(Tokens tokens, Api api, Routes routes) {
        this.tokens = tokens;
        this.api = api;
        this.routes = routes;
    }

    public static void main(String[] args) throws IOException {
        PublisherSettings settings;
        try {
            settings = PublisherSettings.from(System.getenv());
        } catch (IllegalArgumentException e) {
            System.out.println("social-publisher: cannot start: " + e.getMessage());
            System.exit(2);
            return;
        }
        SocialPublisher publisher = start(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(publisher::close));
        System.out.println("social-publisher: serving 5 platforms at port " + publisher.port());
    }

    /** Starts the program with these settings. */
    static SocialPublisher start(PublisherSettings settings) throws IOException {
        Files.createDirectories(settings.folder());
        Tokens tokens = open(settings).build();
        Api api = new Api(tokens, THREADS);
        List<Platform> platforms = List.of(
                new FacebookPage(tokens, api, settings.site("facebook").api()),
                new InstagramAccount(api, settings.site("instagram").api()),
                new LinkedInMember(tokens, api, settings.site("linkedin").api()),
                new XAccount(api, settings.site("x-oauth1").api()),
                new YouTubeChannel(api, settings.site("youtube").api(), settings.media()));
        Quota quota = new Quota(settings.postsPerCycle(), settings.folder(), Instant::now);
        Routes routes = Routes.start(
                new Publisher(tokens, quota, platforms, Instant::now, key -> reconnectUrl(settings, key)),
                new Connections(tokens, settings.address()),
                settings.port(),
                THREADS);
        return new SocialPublisher(tokens, api, routes);
    }

    /** Returns the settings of the tokens: one client for each platform, and an encrypted file store. */
    static TokensBuilder open(PublisherSettings settings) {
        TokensBuilder builder = Tokens.builder()
                .namespace(NAMESPACE)
                .store("file:" + settings.folder().resolve("tokens"))
                .encryption(settings.keys())
                .reconnectUrl(key -> reconnectUrl(settings, key));
        settings.sites().forEach((id, site) -> {
            builder.client(id, site.client()).endpoints(id, site.endpoints());
            if (site.isOtherApi()) {
                builder.allowHosts(id, site.api().getHost());
            }
        });
        return builder;
    }

    private static URI reconnectUrl(PublisherSettings settings, TokenKey key) {
        String platform = key.registration().equals("x-oauth1") ? "x" : key.registration();
        return URI.create(settings.address() + "/connect/" + platform + "/" + FacebookPage.userOf(key));
    }

    int port() {
        return routes.port();
    }

    /** Ends the program. */
    @Override
    public void close() {
        routes.close();
        api.close();
        tokens.close();
    }
}
