package dev.evertoken.internal.store.file;

import java.util.Locale;
import java.util.Set;

/**
 * Recognizes file systems that are shared between hosts, by their type: file locks and atomic renames do not work
 * reliably across hosts. Thread-safe.
 */
public final class NetworkFileSystems {

    private static final Set<String> TYPES = Set.of(
            "9p",
            "acfs",
            "afpfs",
            "afs",
            "beegfs",
            "ceph",
            "cifs",
            "coda",
            "davfs",
            "gfs",
            "gfs2",
            "glusterfs",
            "gpfs",
            "lustre",
            "ncp",
            "ncpfs",
            "nfs",
            "nfs3",
            "nfs4",
            "ocfs2",
            "orangefs",
            "panfs",
            "s3fs",
            "smb",
            "smb2",
            "smb3",
            "smbfs",
            "sshfs",
            "vboxsf",
            "vmhgfs",
            "webdav");

    private static final String IN_USER_SPACE = "fuse.";

    private NetworkFileSystems() {}

    /** @param type the type returned by {@link java.nio.file.FileStore#type()} */
    public static boolean include(String type) {
        String name = type.toLowerCase(Locale.ROOT);
        return TYPES.contains(name.startsWith(IN_USER_SPACE) ? name.substring(IN_USER_SPACE.length()) : name);
    }
}
