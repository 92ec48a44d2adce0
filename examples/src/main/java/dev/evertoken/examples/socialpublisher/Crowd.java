package dev.evertoken.examples.socialpublisher;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The users who publish at the same time, and the time that the platforms take for their posts. Each user has five posts
 * in the cycle and makes five attempts, one after the other, of which two fail. Some users then publish six posts at
 * once, of which the quota allows two. The calls run on threads of their own; otherwise not thread-safe.
 */
final class Crowd {

    static final int POSTS_OF_EACH = 5;
    static final int FIRST = 1001;
    private static final List<String> ATTEMPTS =
            List.of("Monday", "Tuesday [500]", "Tuesday", "Wednesday [no id]", "Thursday");
    private static final List<String> AT_ONCE = List.of("10 h", "11 h", "12 h", "13 h", "14 h", "15 h");
    private static final Pattern POST = Pattern.compile("[\\w \\[\\]]+ of user (\\d+)");

    /** The time in milliseconds that a platform takes for a post, over one request or two. */
    static final int LEAST_LATENCY = 500;

    static final int MOST_LATENCY = 800;

    private final Visitor visitor;
    private final int users;
    private final Map<String, Long> platformMillis = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();

    Crowd(Visitor visitor, int users) {
        this.visitor = visitor;
        this.users = users;
    }

    /**
     * Returns the time in milliseconds after which a platform responds to a request with a post, and adds it to the time
     * that the platforms take for that post. The posts differ, so that the users do not wait for each other.
     */
    long latency(String request) {
        Matcher post = POST.matcher(request);
        if (!post.find()) {
            return 0;
        }
        long user = Long.parseLong(post.group(1));
        long spread = (user * 7919 + post.group().length() * 131L) % (MOST_LATENCY - LEAST_LATENCY + 1);
        long millis = (LEAST_LATENCY + spread) / requests(MockSite.platform(user));
        platformMillis.merge(post.group(), millis, Long::sum);
        return millis;
    }

    /** Returns how many requests of a platform are about a post. */
    private static int requests(String platform) {
        return platform.equals("instagram") || platform.equals("youtube") ? 2 : 1;
    }

    /**
     * The result of all attempts. Immutable.
     *
     * @param published the answers with a post id
     * @param failed the answers about a failure of a platform
     * @param lost the answers that a user has to connect again
     * @param quotaUsed the answers that the quota is used
     * @param inQuota the posts that the quotas of all users count
     * @param calls all of these
     * @param mostInFlight the most calls that were in flight at once
     * @param medianMillis the median time of a call without the platforms' own time
     */
    record Result(
            int published,
            int failed,
            int lost,
            int quotaUsed,
            int inQuota,
            int calls,
            int mostInFlight,
            double medianMillis) {}

    /** @param nanos the time without that of the platforms */
    private record Attempt(int status, long nanos) {}

    /** @param inQuota the posts that the quota of the user counts afterwards */
    private record Attempts(List<Attempt> all, int inQuota) {}

    /**
     * Sends posts of one user that the platforms do not publish, as many at once as there are users: the publisher then
     * has compiled its code and opened its connections before the crowd comes. They are not part of the result.
     *
     * @param posts how many for each platform
     */
    void warmUp(long user, List<String> platforms, int posts) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(users);
        try {
            List<Future<Visitor.Seen>> running = new ArrayList<>();
            for (int i = 0; i < posts; i++) {
                String text = i % 2 == 0 ? "Sale [500]" : "Sale [no id]";
                platforms.forEach(platform -> running.add(threads.submit(() -> visitor.publish(user, platform, text))));
            }
            List<Visitor.Seen> unused = results(running);
        } finally {
            threads.shutdownNow();
        }
    }

    Result run() throws IOException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            CyclicBarrier start = new CyclicBarrier(users);
            List<Future<Attempts>> running = new ArrayList<>();
            for (int user = FIRST; user < FIRST + users; user++) {
                long one = user;
                running.add(threads.submit(() -> attempts(one, start, threads)));
            }
            return result(results(running));
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> List<T> results(List<Future<T>> running) throws IOException {
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> each : running) {
                results.add(each.get(2, TimeUnit.MINUTES));
            }
            return results;
        } catch (ExecutionException e) {
            throw new IOException("a user could not publish", e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("the users did not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while users publish", e);
        }
    }

    private Attempts attempts(long user, CyclicBarrier start, ExecutorService threads) throws Exception {
        List<Attempt> attempts = new ArrayList<>();
        start.await(1, TimeUnit.MINUTES);
        for (String day : ATTEMPTS) {
            attempts.add(attempt(user, day));
        }
        List<Future<Attempt>> last = new ArrayList<>();
        for (String day : isAtOnce(user) ? AT_ONCE : List.<String>of()) {
            last.add(threads.submit(() -> attempt(user, day)));
        }
        attempts.addAll(results(last));
        return new Attempts(attempts, visitor.quota(user).number("quota", "used"));
    }

    /** Returns whether a user's token at Instagram ends before the others publish; such a token cannot be refreshed. */
    static boolean isLost(long user) {
        return user % 10 == 1;
    }

    private static boolean isAtOnce(long user) {
        return user % 9 == 0 && !isLost(user);
    }

    private Attempt attempt(long user, String day) throws IOException {
        String content = day + " of user " + user;
        mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        long begin = System.nanoTime();
        int status = visitor.publish(user, MockSite.platform(user), content).status();
        long took = System.nanoTime() - begin;
        inFlight.decrementAndGet();
        return new Attempt(status, took - platformMillis.getOrDefault(content, 0L) * 1_000_000);
    }

    private Result result(List<Attempts> ended) {
        List<Attempt> attempts =
                ended.stream().flatMap(one -> one.all().stream()).toList();
        long[] nanos = attempts.stream().mapToLong(Attempt::nanos).sorted().toArray();
        return new Result(
                count(attempts, 200),
                count(attempts, 503),
                count(attempts, 401),
                count(attempts, 429),
                ended.stream().mapToInt(Attempts::inQuota).sum(),
                attempts.size(),
                mostInFlight.get(),
                nanos[nanos.length / 2] / 1e6);
    }

    private static int count(List<Attempt> attempts, int status) {
        return (int) attempts.stream().filter(one -> one.status() == status).count();
    }
}
