package dev.evertoken.examples.socialpublisher;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;

/**
 * The users who publish at the same time. Each has five posts in the cycle and makes eight attempts: three posts and two
 * failures one after another, then three posts at once, of which the quota allows two. Not thread-safe.
 */
final class Crowd {

    static final int POSTS_OF_EACH = 5;
    static final int FIRST = 1001;
    private static final List<String> ATTEMPTS = List.of("Monday", "Tuesday [500]", "Tuesday", "[no id]", "Wednesday");
    private static final String LAST = "Thursday";

    private final Visitor visitor;
    private final int users;
    private final long latencyMillis;

    Crowd(Visitor visitor, int users, long latencyMillis) {
        this.visitor = visitor;
        this.users = users;
        this.latencyMillis = latencyMillis;
    }

    /**
     * The result of all attempts. Immutable.
     *
     * @param published the answers with a post id
     * @param failed the answers about a failure of a platform
     * @param quotaUsed the answers that the quota is used
     * @param inQuota the posts that the quotas of all users count
     * @param medianMillis the median time of a call without the platform's own time
     */
    record Result(int published, int failed, int quotaUsed, int inQuota, double medianMillis) {}

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
        } catch (InterruptedException | TimeoutException e) {
            throw new IOException("the users did not end", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private List<Attempt> attempts(long user, CyclicBarrier start, ExecutorService threads) throws Exception {
        List<Attempt> attempts = new ArrayList<>();
        start.await(1, TimeUnit.MINUTES);
        for (String content : ATTEMPTS) {
            attempts.add(attempt(user, content));
        }
        Callable<Attempt> last = () -> attempt(user, LAST);
        for (Future<Attempt> each : List.of(threads.submit(last), threads.submit(last), threads.submit(last))) {
            attempts.add(each.get(1, TimeUnit.MINUTES));
        }
        return attempts;
    }

    private Attempt attempt(long user, String content) throws IOException {
        String platform = MockSite.platform(user);
        long begin = System.nanoTime();
        Visitor.Seen seen = visitor.publish(user, platform, content);
        long nanos = System.nanoTime() - begin - calls(platform, content, seen) * latencyMillis * 1_000_000;
        return new Attempt(seen.status(), nanos);
    }

    /** Returns how many requests a post is at its platform. */
    private static long calls(String platform, String content, Visitor.Seen seen) {
        if (seen.status() == 429) {
            return 0;
        }
        return switch (platform) {
            case "instagram", "youtube" -> 2;
            case "linkedin" -> content.equals(ATTEMPTS.get(0)) ? 2 : 1;
            default -> 1;
        };
    }

    private Result result(List<Attempt> attempts) throws IOException {
        long[] nanos = attempts.stream().mapToLong(Attempt::nanos).sorted().toArray();
        int inQuota = 0;
        for (long user : LongStream.range(FIRST, FIRST + users).toArray()) {
            inQuota += visitor.quota(user).number("quota", "used");
        }
        return new Result(
                count(attempts, 200), count(attempts, 503), count(attempts, 429), inQuota, nanos[nanos.length / 2] / 1e6);
    }

    private static int count(List<Attempt> attempts, int status) {
        return (int) attempts.stream().filter(one -> one.status() == status).count();
    }
}
