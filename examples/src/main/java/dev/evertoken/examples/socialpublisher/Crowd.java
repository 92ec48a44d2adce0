package dev.evertoken.examples.socialpublisher;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * The users who publish at the same time. Each has five posts in the cycle and makes four attempts, of which two
 * fail. Some users then publish six posts at once, of which the quota allows three. Not thread-safe.
 */
final class Crowd {

    static final int POSTS_OF_EACH = 5;
    static final int FIRST = 1001;
    private static final List<String> ATTEMPTS = List.of("Monday", "Tuesday [500]", "Tuesday", "Wednesday [no id]");
    private static final List<String> AT_ONCE = List.of("10 h", "11 h", "12 h", "13 h", "14 h", "15 h");
    private static final Pattern USER = Pattern.compile(" of user (\\d+)");

    private final Visitor visitor;
    private final int users;

    Crowd(Visitor visitor, int users) {
        this.visitor = visitor;
        this.users = users;
    }

    /**
     * Returns the time in milliseconds that a platform takes for a request about a text: from 300 to 900, different for
     * each user, so that the users do not wait for each other.
     */
    static long latency(String text) {
        Matcher user = USER.matcher(text);
        return user.find() ? 300 + (Long.parseLong(user.group(1)) * 7919 + text.indexOf(' ') * 131L) % 600 : 0;
    }

    /**
     * The result of all attempts. Immutable.
     *
     * @param published the answers with a post id
     * @param failed the answers about a failure of a platform
     * @param lost the answers that a user has to connect again
     * @param quotaUsed the answers that the quota is used
     * @param inQuota the posts that the quotas of all users count
     * @param medianMillis the median time of a call without the platform's own time
     */
    record Result(int published, int failed, int lost, int quotaUsed, int inQuota, double medianMillis) {}

    /** @param nanos the time without that of the platform */
    private record Attempt(int status, long nanos) {}

    Result run() throws IOException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            CyclicBarrier start = new CyclicBarrier(users);
            List<Future<List<Attempt>>> running = new ArrayList<>();
            for (int user = FIRST; user < FIRST + users; user++) {
                long one = user;
                running.add(threads.submit(() -> attempts(one, start, threads)));
            }
            List<Attempt> all = new ArrayList<>();
            for (Future<List<Attempt>> each : running) {
                all.addAll(each.get(2, TimeUnit.MINUTES));
            }
            return result(all);
        } catch (ExecutionException e) {
            throw new IOException("a user could not publish", e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("the users did not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while users publish", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private List<Attempt> attempts(long user, CyclicBarrier start, ExecutorService threads) throws Exception {
        List<Attempt> attempts = new ArrayList<>();
        start.await(1, TimeUnit.MINUTES);
        for (String day : ATTEMPTS) {
            attempts.add(attempt(user, day));
        }
        List<Future<Attempt>> last = new ArrayList<>();
        for (String day : isAtOnce(user) ? AT_ONCE : List.<String>of()) {
            last.add(threads.submit(() -> attempt(user, day)));
        }
        for (Future<Attempt> each : last) {
            attempts.add(each.get(1, TimeUnit.MINUTES));
        }
        return attempts;
    }

    /** Returns whether a user's token at Instagram ends before the others publish; such a token cannot be refreshed. */
    static boolean isLost(long user) {
        return user % 10 == 1;
    }

    private static boolean isAtOnce(long user) {
        return user % 9 == 0 && !isLost(user);
    }

    private Attempt attempt(long user, String day) throws IOException {
        String platform = MockSite.platform(user);
        String content = day + " of user " + user;
        long begin = System.nanoTime();
        int status = visitor.publish(user, platform, content).status();
        long platformMillis = requests(platform, status) * latency(content);
        return new Attempt(status, System.nanoTime() - begin - platformMillis * 1_000_000);
    }

    /** Returns how many requests a post is at its platform. */
    private static int requests(String platform, int status) {
        boolean isFirstRefused = platform.equals("instagram") && status == 401;
        int usual = platform.equals("instagram") || platform.equals("youtube") ? 2 : 1;
        return status == 429 || isFirstRefused ? 0 : usual;
    }

    private Result result(List<Attempt> attempts) throws IOException {
        long[] nanos = attempts.stream().mapToLong(Attempt::nanos).sorted().toArray();
        int inQuota = 0;
        for (long user : LongStream.range(FIRST, FIRST + users).toArray()) {
            inQuota += visitor.quota(user).number("quota", "used");
        }
        return new Result(
                count(attempts, 200),
                count(attempts, 503),
                count(attempts, 401),
                count(attempts, 429),
                inQuota,
                nanos[nanos.length / 2] / 1e6);
    }

    private static int count(List<Attempt> attempts, int status) {
        return (int) attempts.stream().filter(one -> one.status() == status).count();
    }
}
