package dev.evertoken.internal.store.journal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The frames in the bytes of a segment, and the damaged bytes between them. A damaged frame hides no other. Immutable.
 *
 * @param frames in the order of their positions
 * @param damaged bytes that belong to no frame, without zeros at their start and end
 */
record SegmentScan(List<Found> frames, List<Gap> damaged) {

    /** How each segment begins. */
    static final byte[] START = "evertoken journal 2\n".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] ANY_VERSION = "evertoken journal ".getBytes(StandardCharsets.US_ASCII);

    /** A frame whose head is complete. */
    record Found(int at, Frame frame) {}

    /** Bytes that belong to no frame. */
    record Gap(int at, int length) {}

    /** Returns whether a newer version has written the segment. */
    static boolean isNewer(byte[] start) {
        return start.length >= START.length
                && Arrays.equals(start, 0, ANY_VERSION.length, ANY_VERSION, 0, ANY_VERSION.length)
                && !Arrays.equals(start, 0, START.length, START, 0, START.length);
    }

    /** Finds the frames from an index on. */
    static SegmentScan of(byte[] bytes, int from) {
        SegmentScan scan = new SegmentScan(new ArrayList<>(), new ArrayList<>());
        int at = from;
        while (at < bytes.length) {
            Optional<Frame> frame = wholeFrame(bytes, at);
            if (frame.isPresent()) {
                scan.frames.add(new Found(at, frame.get()));
                at += frame.get().size();
            } else {
                int next = nextFrame(bytes, at + 1);
                scan.addGap(bytes, at, next);
                at = next;
            }
        }
        return scan;
    }

    private static Optional<Frame> wholeFrame(byte[] bytes, int at) {
        return Frame.at(bytes, at).filter(frame -> frame.size() <= bytes.length - at);
    }

    private static int nextFrame(byte[] bytes, int from) {
        for (int at = from; at <= bytes.length - Frame.HEAD; at++) {
            if (bytes[at] != 0 && wholeFrame(bytes, at).isPresent()) {
                return at;
            }
        }
        return bytes.length;
    }

    private void addGap(byte[] bytes, int from, int to) {
        int first = from;
        while (first < to && bytes[first] == 0) {
            first++;
        }
        int end = to;
        while (end > first && bytes[end - 1] == 0) {
            end--;
        }
        if (end > first) {
            damaged.add(new Gap(first, end - first));
        }
    }
}
