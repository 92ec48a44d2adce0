package dev.evertoken.examples.socialpublisher;

import dev.evertoken.model.Secret;
import dev.evertoken.testing.MockProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs the publisher, in a process of its own, against mock providers and prints the story. With the variables of
 * {@link PublisherSettings} in the environment it serves the real platforms instead. The exit code is 1 if a step did
 * not end as it must. Not thread-safe.
 */
public final class SocialPublisherStory {

    private static final long ANNA = 2;
    private static final long BEN = 3;
    private static final long CLARA = 4;
    private static final long MB = 1024 * 1024;
    private static final int USERS = 200;

    /** The posts for each platform before the crowd comes, and the time of each request in milliseconds. */
    private static final int WARMING_POSTS = 150;

    private static final long WARMING_LATENCY = 200;

    private static final long HEAP_MB = 46;
    private static final int MEDIAN_MILLIS = 8;
    private static final List<String> PLATFORMS = List.of("facebook", "instagram", "linkedin", "x", "youtube");

    private final MockSite site;
    private final PublisherProcess process;
    private final Visitor visitor;
    private String pageOfBen = "";
    private int steps;

    private SocialPublisherStory(MockSite site, PublisherProcess process, Visitor visitor) {
        this.site = site;
        this.process = process;
        this.visitor = visitor;
    }

    public static void main(String[] args) throws IOException {
        boolean isReal = System.getenv().keySet().stream()
                .anyMatch(name -> name.matches("(FACEBOOK|INSTAGRAM|LINKEDIN|X_OAUTH1|YOUTUBE|SOCIALPUBLISHER)_.*"));
        if (isReal) {
            SocialPublisher.main(args);
            return;
        }
        Path folder = Files.createTempDirectory("social-publisher-");
        try (MockSite site = MockSite.start(folder, keys(), Crowd.POSTS_OF_EACH)) {
            site.importAccounts(Crowd.FIRST, Crowd.FIRST + USERS - 1);
            try (PublisherProcess process = PublisherProcess.start(site.environment());
                    Visitor visitor = new Visitor(process.port())) {
                new SocialPublisherStory(site, process, visitor).run();
            }
        } catch (AssertionError e) {
            System.out.println("social-publisher: failed: " + e.getMessage());
            System.exit(1);
        } finally {
            delete(folder);
        }
    }

    private static Secret keys() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Secret.of("k1:" + Base64.getEncoder().encodeToString(key));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }

    private void run() throws IOException {
        title("SocialPublisher: the publisher in a process with -Xmx96m, 5 mock platforms, one HTTP client for all");
        connect();
        publish();
        refresh();
        upload();
        refused();
        lost();
        badInput();
        crowd();
    }

    // ---- the steps

    private void connect() throws IOException {
        for (long user : List.of(ANNA, BEN, CLARA)) {
            for (String platform : PLATFORMS) {
                consent(user, platform);
            }
        }
        step("Connect", "3 users give their consent to 5 platforms at /connect/<platform>/<user>");
    }

    private void publish() throws IOException {
        step("Publish", "POST /api/publish-with-token-refresh, user 2");
        for (String platform : PLATFORMS) {
            published(platform, visitor.publish(ANNA, platform, "Open on Sunday"), "valid");
        }
        Visitor.Seen more = visitor.publish(ANNA, "x", "One more");
        expect("the quota of user 2 is used", more.status() == 429 && used(ANNA) == Crowd.POSTS_OF_EACH);
        row("x", more, more.text("error") + "; nothing was sent");
    }

    private void refresh() throws IOException {
        step("Refresh", "the tokens of user 3 end early; the platforms reject them with 400 and 401");
        site.provider("facebook").expire(pageOfBen);
        for (String platform : List.of("linkedin", "youtube")) {
            provider(platform).expire(Long.toString(BEN));
        }
        for (String platform : List.of("facebook", "linkedin", "youtube")) {
            Visitor.Seen seen = visitor.post("/api/oauth/validate-token", account(BEN, platform));
            expect(
                    "the token is rejected: " + seen,
                    Boolean.FALSE.equals(seen.body().get("valid")));
            row(platform, seen, "POST /api/oauth/validate-token: valid false");
        }
        for (String platform : List.of("linkedin", "x")) {
            Visitor.Seen seen = visitor.post("/api/oauth/refresh-token", account(BEN, platform));
            expect(platform + " has a token: " + seen, seen.status() == 200);
            row(
                    platform,
                    seen,
                    "POST /api/oauth/refresh-token: refreshed " + seen.body().get("refreshed"));
        }
        published("facebook", visitor.publish(BEN, "facebook", "Open on Monday"), "refreshed");
        published("youtube", visitor.publish(BEN, "youtube", "Open on Monday"), "refreshed");
    }

    private void upload() throws IOException {
        step("Upload", "a video of user 3 in chunks of 256 KiB");
        int before = provider("youtube").ledger().tokenRequests(MockPlatforms.UPLOADER);
        published("youtube", visitor.publish(BEN, "youtube", "Tour [expires] [interrupted]"), "refreshed");
        int refreshes = provider("youtube").ledger().tokenRequests(MockPlatforms.UPLOADER) - before;
        more("the token ended after the first chunk: " + refreshes + " refresh, and the upload went on");
        more("the second chunk broke with 503: continued at byte "
                + site.platforms().videos().resumed().get(0));
    }

    private void refused() throws IOException {
        step("Refusals", "posts of user 4 that the platforms do not publish");
        refused("facebook", "Sale [duplicate]", 422);
        refused("x", "Sale [duplicate]", 422);
        refused("linkedin", "Sale [500]", 503);
        refused("instagram", "Sale [no id]", 503);
        expect("nothing is taken", used(CLARA) == 0);
        more("GET /api/quota-status/4: 0 of " + Crowd.POSTS_OF_EACH + " posts used");
    }

    private void refused(String platform, String content, int status) throws IOException {
        Visitor.Seen seen = visitor.publish(CLARA, platform, content);
        expect(platform + " refuses: " + seen, seen.status() == status);
        row(platform, seen, seen.text("error"));
    }

    private void lost() throws IOException {
        step("Lost", "user 4 removes the application at all platforms");
        for (String platform : PLATFORMS) {
            provider(platform).revoke(Long.toString(CLARA));
        }
        for (String platform : PLATFORMS) {
            Visitor.Seen seen = visitor.publish(CLARA, platform, "Sale");
            expect(platform + " needs consent: " + seen, seen.status() == 401);
            expect("needs_reauth: " + seen, Boolean.TRUE.equals(seen.body().get("needs_reauth")));
            row(platform, seen, seen.text("error"));
            more("     " + seen.text("reconnect_url"));
            more("     fallback: " + fallback(seen));
        }
        consent(CLARA, "x");
        published("x", visitor.publish(CLARA, "x", "Sale"), "valid");
    }

    private static String fallback(Visitor.Seen seen) {
        String application = seen.text("fallback", "application");
        String result = application.isEmpty() ? "not tried, because " : "the application is " + application + ", but ";
        return result + seen.text("fallback", "reason");
    }

    private void badInput() throws IOException {
        step("Bad input", "each is answered with its reason");
        bad("{\"userId\": 2,");
        bad("{\"platform\": \"x\", \"content\": \"Hello\"}");
        bad("{\"userId\": \"two\", \"platform\": \"x\", \"content\": \"Hello\"}");
        bad("{\"userId\": 99, \"platform\": \"x\", \"content\": \"Hello\"}");
        bad("{\"userId\": 2, \"platform\": \"myspace\", \"content\": \"Hello\"}");
        bad("{\"userId\": 2, \"platform\": \"instagram\", \"content\": \"Hello\"}");
    }

    private void bad(String body) throws IOException {
        Visitor.Seen seen = visitor.post("/api/publish-with-token-refresh", body);
        expect("bad input is answered: " + seen, seen.status() == 400);
        row("", seen, seen.text("error"));
    }

    private void crowd() throws IOException {
        int before = site.platforms().posts();
        for (long user = Crowd.FIRST; user < Crowd.FIRST + USERS; user++) {
            boolean isRefreshable = user % 10 == 2; // at LinkedIn
            if (Crowd.isLost(user) || isRefreshable) {
                provider(MockSite.platform(user)).expire(Long.toString(user));
            }
        }
        Crowd crowd = new Crowd(visitor, USERS);
        site.platforms().latency(text -> WARMING_LATENCY);
        crowd.warmUp(BEN, PLATFORMS, WARMING_POSTS);
        site.platforms().latency(crowd::latency);
        Crowd.Result result = crowd.run();
        site.platforms().latency(text -> 0);
        int posts = site.platforms().posts() - before;
        expect("posts and quotas are equal: " + result, result.inQuota() == posts && result.published() == posts);
        step("Crowd", USERS + " users publish at the same time, some six posts at once; the platforms fail in between");
        more("%d post ids, %d failures, %d times reconnect, %d times no quota left"
                .formatted(result.published(), result.failed(), result.lost(), result.quotaUsed()));
        more(result.inQuota() + " posts are counted in the quotas");
        more("of %d calls, up to %d were in flight at once; a platform takes %d to %d ms for a post"
                .formatted(result.calls(), result.mostInFlight(), Crowd.LEAST_LATENCY, Crowd.MOST_LATENCY));
        more("before the crowd, the publisher was warmed up by %d posts that the platforms do not publish"
                .formatted(WARMING_POSTS * PLATFORMS.size()));
        long heap = process.heap() / MB;
        more("live heap after a collection: " + heap + " MB" + goal(HEAP_MB + " MB", heap <= HEAP_MB));
        more("resident memory with -Xmx96m: " + process.rss() / MB + " MB");
        String median = String.format(Locale.ROOT, "%.1f ms", result.medianMillis());
        more("median of a call without the platform's time: " + median
                + goal(MEDIAN_MILLIS + " ms", result.medianMillis() <= MEDIAN_MILLIS));
    }

    private static String goal(String most, boolean isMet) {
        return "; the goal of " + most + " is " + (isMet ? "met" : "missed");
    }

    // ---- the routes

    private void consent(long user, String platform) throws IOException {
        String page =
                visitor.get("/connect/" + platform + "/" + user).location().orElseThrow();
        URI back = provider(platform).approve(URI.create(page), Long.toString(user));
        Visitor.Seen seen = visitor.get("/connected/" + platform + "?" + back.getRawQuery());
        expect(platform + " is connected: " + seen, seen.status() == 200);
        if (user == BEN && platform.equals("facebook")) {
            pageOfBen = seen.text("page");
        }
    }

    private static String account(long user, String platform) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("userId", user);
        body.put("platform", platform);
        return Json.text(body);
    }

    private int used(long user) throws IOException {
        return visitor.quota(user).number("quota", "used");
    }

    private MockProvider provider(String platform) {
        return site.provider(platform.equals("x") ? "x-oauth1" : platform);
    }

    // ---- the output

    private static void title(String text) {
        System.out.println(text);
        System.out.println();
    }

    private void step(String name, String text) {
        steps++;
        System.out.printf("%d  %-10s %s%n", steps, name, text);
    }

    private static void more(String text) {
        System.out.printf("   %-10s %s%n", "", text);
    }

    private static void row(String platform, Visitor.Seen seen, String text) {
        System.out.printf("   %-10s %d  %s%n", platform, seen.status(), text);
    }

    private static void published(String platform, Visitor.Seen seen, String token) {
        expect(
                platform + " publishes: " + seen,
                seen.status() == 200 && seen.text("token").equals(token));
        row(
                platform,
                seen,
                "post " + seen.text("postId") + ", token " + token + ", " + seen.number("quota", "used") + " of "
                        + seen.number("quota", "limit") + " posts used");
    }

    private static void expect(String description, boolean condition) {
        if (!condition) {
            throw new AssertionError(description);
        }
    }
}
