"""Packages of Debian whose texts are read: fetched with apt, unpacked aside, never installed."""

import hashlib
import subprocess
from pathlib import Path

# What is read of each package, and under which licence it is there.
PACKAGES = {
    'libreoffice-help-en-us': 'MPL-2.0',
    'libreoffice-help-fr': 'MPL-2.0',
    'libreoffice-l10n-fr': 'MPL-2.0',
    'firefox-esr': 'MPL-2.0',
    'firefox-esr-l10n-fr': 'MPL-2.0',
    'unicode-cldr-core': 'Unicode-DFS-2016',
    'scowl': 'public domain, and permissive notices',
}


class Debian:
    """Unpacked packages below one folder. `read` says what was taken, for the list of inputs."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.read = {}

    def open(self, name: str) -> Path:
        """Folder of a package's files."""
        target = self.folder / name
        self.folder.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            subprocess.run(['apt-get', '-o', 'APT::Sandbox::User=root', 'download', name], cwd=self.folder, check=True, stdout=subprocess.DEVNULL)
            archive = next(self.folder.glob(f'{name}_*.deb'))
            unfinished = self.folder / f'{name}.part'
            subprocess.run(['dpkg-deb', '-x', archive, unfinished], check=True)
            unfinished.rename(target)
        archive = next(self.folder.glob(f'{name}_*.deb'))
        self.read[name] = {
            'version': archive.name.split('_')[1].replace('%3a', ':'),
            'sha256': hashlib.sha256(archive.read_bytes()).hexdigest(),
            'licence': PACKAGES[name],
        }
        return target
