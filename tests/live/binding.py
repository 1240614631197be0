#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The domain of binding.sh: accounts to bind as, connectors, two people."""
import base64

BASE = 'DC=contoso,DC=test'
SID = 'S-1-5-21-1004336348-1177238915-682003330'
PASSWORD = base64.b64encode('"Winter.Sun-4711"'.encode('utf-16-le')).decode()
RESET = '00299570-246d-11d0-a768-00aa006e0529'
LOCKOUT = '28630ebf-41d5-11d1-a9c1-0000f80367c1'
PWDLASTSET = 'bf967a0a-0de6-11d0-a285-00aa003049e2'
USER = 'bf967aba-0de6-11d0-a285-00aa003049e2'


def entry(dn, *lines):
    print(f'dn: {dn}', *lines, sep='\n', end='\n\n')


def user(name, *lines, rid=None, control=512, parent='CN=Users'):
    entry(f'CN={name},{parent},{BASE}', 'objectClass: user', f'sAMAccountName: {name}',
          f'userPrincipalName: {name}@contoso.test', f'userAccountControl: {control}',
          *([f'objectSid: {SID}-{rid}'] if rid else []), f'unicodePwd:: {PASSWORD}', *lines)


def grant(rid, *rights):
    return ''.join(f'(OA;CIIO;{kind};{guid};{USER};{SID}-{rid})' for kind, guid in rights)


entry(BASE, 'changetype: modify', 'replace: minPwdAge', 'minPwdAge: 0', '-')
for name in 'audit', 'other', 'third', 'gone', 'moved':
    user(name, control=66048)
user('slapd', 'servicePrincipalName: ldap/slapd.contoso.test', control=66048)
user('disabled', control=514)
user('mustchange', 'pwdLastSet: 0')
user('expired', 'pwdLastSet: 116444736000000000')
user('ended', 'accountExpires: 133618464000000000', control=66048)

CREATED = 'description: Account created by '
TAIL = ' with installation identifier 0123 running on computer SYNC01 configured to synchronize'
user('MSOL_00000000000a', CREATED + 'Microsoft Azure Active Directory Connect' + TAIL, rid=5001,
     control=66048)
user('MSOL_00000000000b', CREATED + 'Microsoft Entra Connect' + TAIL, rid=5002, control=66048)
user('AAD_0123456789ab', 'description: Only its name tells what it was', rid=5003, control=66048)
entry(f'CN=provAgentgMSA,CN=Managed Service Accounts,{BASE}',
      'objectClass: msDS-GroupManagedServiceAccount', 'sAMAccountName: pGMSA_0a1b2c3d$',
      f'objectSid: {SID}-5004', 'userAccountControl: 4096', 'msDS-ManagedPasswordInterval: 30',
      'dNSHostName: pgmsa.contoso.test')

entry(f'OU=People,{BASE}', 'objectClass: organizationalUnit',
      'nTSecurityDescriptor: O:DAG:DAD:AI(A;CI;GA;;;SY)(A;CI;GA;;;DA)(A;CI;GR;;;AU)'
      + grant(5001, ('CR', RESET), ('WP', LOCKOUT), ('WP', PWDLASTSET))
      + grant(5004, ('WP', LOCKOUT), ('WP', PWDLASTSET)))
for name in 'alice', 'bob':
    user(name, parent='OU=People')
