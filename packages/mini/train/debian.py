"""What is read of Debian: packages, fetched with apt, unpacked aside, never installed; and the descriptions of all packages."""

import hashlib
import re
import subprocess
from pathlib import Path

# What is read of each package, and under which licence it is there.
PACKAGES = {
    'libreoffice-help-en-us': 'MPL-2.0',
    'libreoffice-help-fr': 'MPL-2.0',
    'libreoffice-l10n-fr': 'MPL-2.0',
    'firefox-esr': 'MPL-2.0',
    'firefox-esr-l10n-fr': 'MPL-2.0',
    'chromium-common': 'BSD-3-Clause',
    'chromium-l10n': 'BSD-3-Clause',
    'apache2-doc': 'Apache-2.0',
    'unicode-cldr-core': 'Unicode-DFS-2016',
    'scowl': 'public domain, and permissive notices',
}

# A package in a file of descriptions: digest, line, body.
BLOCK = re.compile(r'^Description-md5: (\S+)\nDescription-\w+: (.+)\n((?: .*\n?)+)', re.M)


class Debian:
    """Files of Debian below one folder. `read` says what was taken, for the list of inputs."""

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

    def descriptions(self, language: str) -> list[tuple[str, str]]:
        """(line that names it, first paragraph) of each package that is described in a language; equal ones once, in order of their digests."""
        name = f'Translation-{language}'
        path = self.folder / name
        self.folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            lists = self.folder / 'lists'
            (lists / 'partial').mkdir(parents=True, exist_ok=True)
            apart = ['-o', f'Dir::State::lists={lists.resolve()}', '-o', f'Acquire::Languages={language}', '-o', 'APT::Sandbox::User=root']
            subprocess.run(['apt-get', *apart, 'update'], check=True, stdout=subprocess.DEVNULL)
            found = sorted(lists.glob(f'*_main_i18n_{name}*'))
            if not found:
                raise ValueError(f'apt offers no {name}: are there sources of the section main?')
            texts = [subprocess.run(['/usr/lib/apt/apt-helper', 'cat-file', file], check=True, capture_output=True).stdout for file in found]
            unfinished = path.with_suffix('.part')
            unfinished.write_bytes(b'\n'.join(texts))
            unfinished.rename(path)
        self.read[name] = {
            'sha256': hashlib.sha256(path.read_bytes()).hexdigest(),
            'licence': 'of each package; used for choices only',
        }
        described = {digest: (line, body.split('\n .\n')[0]) for digest, line, body in BLOCK.findall(path.read_text('utf-8'))}
        return [(line, ' '.join(body.split())) for _, (line, body) in sorted(described.items())]
